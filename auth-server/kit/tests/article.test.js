const { test } = require('node:test');
const assert = require('node:assert/strict');
const { createWx } = require('../wx-shim');
const { start, folder } = require('./fake');

/** Runs the article's code against the fake, which stands for both hosts that it names. */
async function run(context, chosen, rules) {
  const fake = await start(context, rules);
  const place = folder(context, { 'tmp_0123abc.jpg': 'bytes', '1.jpg': 'tools' });
  globalThis.wx = createWx({
    temporaryFolder: place,
    chosen: [chosen],
    domains: ['sign.example.com', 'gz.file.myqcloud.com'],
    addresses: { 'sign.example.com': fake.address, 'gz.file.myqcloud.com': fake.address },
  });
  const { uploadToCos } = require('../article');
  const bar = [];
  const data = await new Promise((resolve) => uploadToCos({
    data: { jwt: { access_token: 'header.claims.mark' }, files: ['http://before'] },
    setData(data) {
      if ('upload_progress' in data) bar.push(data.upload_progress);
      else resolve(data);
    },
  }));
  return { fake, data, bar };
}

test('the code of the article uploads a picture and shows its source_url', async (context) => {
  const { fake, data, bar } = await run(context, 'wxfile://tmp_0123abc.jpg');
  const address = 'http://examplebucket-1250000000.cosgz.myqcloud.com/xrzeti/tmp_0123abc.jpg';
  assert.deepEqual([data.test_image, data.files], [address, ['http://before', address]]);
  assert.equal(data.upload_res.code, 0);
  assert.deepEqual(bar.slice(-2), [100, 0]);
  const [asked] = fake.seen.signatures;
  assert.equal(asked.target, '/v1/qc_cos/config?cos_path=/xrzeti');
  assert.equal(asked.headers.authorization, 'JWT header.claims.mark');
  assert.equal(asked.headers.host, 'sign.example.com');
  const [upload] = fake.seen.uploads;
  assert.equal(upload.method, 'POST');
  assert.equal(upload.target, '/files/v2/1250000000/examplebucket/xrzeti/tmp_0123abc.jpg');
  assert.equal(upload.headers.host, 'gz.file.myqcloud.com');
  assert.equal(upload.headers.authorization, 'signature-1');
  assert.deepEqual(Object.keys(upload.form), ['op', 'filecontent']);
  assert.equal(upload.form.filecontent.content.toString(), 'bytes');
});

test('the developer tools make a sub-folder', async (context) => {
  const { fake, data } = await run(context, 'http://tmp/1.jpg');
  assert.match(data.test_image, /\/xrzeti\/tmp\/1\.jpg$/);
  assert.equal(fake.objects.get('/xrzeti/tmp/1.jpg').toString(), 'tools');
});
