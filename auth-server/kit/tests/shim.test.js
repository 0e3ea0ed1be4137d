const { test } = require('node:test');
const assert = require('node:assert/strict');
const { createWx } = require('../wx-shim');
const { start, folder } = require('./fake');

/** Calls a function of the platform; tells the callbacks that came, in their order. */
function called(wx, name, parameters, began = () => {}) {
  return new Promise((resolve) => {
    const order = [];
    const note = (event) => (outcome) => {
      order.push(event);
      // A callback too many would come right after.
      if (event === 'complete') setImmediate(() => setImmediate(() => setImmediate(() => resolve({ order, outcome }))));
    };
    began(wx[name]({ ...parameters, success: note('success'), fail: note('fail'), complete: note('complete') }));
    assert.deepEqual(order, [], 'a callback came before the function returned');
  });
}

test('request parses JSON, and leaves other text alone', async (context) => {
  const fake = await start(context, { sign: ({ url }) => url.pathname === '/v1/text' && [502, '<html>'] });
  const wx = createWx();
  const parsed = await called(wx, 'request', { url: `${fake.address}/v1/qc_cos/config`, data: { cos_path: '/图 a' } });
  assert.deepEqual(parsed.order, ['success', 'complete']);
  assert.deepEqual(parsed.outcome.data, { sign: 'signature-1' });
  assert.equal(parsed.outcome.errMsg, 'request:ok');
  assert.equal(fake.seen.signatures[0].target, '/v1/qc_cos/config?cos_path=%2F%E5%9B%BE%20a');
  const text = await called(wx, 'request', { url: `${fake.address}/v1/text` });
  assert.deepEqual([text.order[0], text.outcome.statusCode, text.outcome.data], ['success', 502, '<html>']);
  const raw = await called(wx, 'request', { url: `${fake.address}/v1/qc_cos/config`, dataType: '其他' });
  assert.equal(typeof raw.outcome.data, 'string');
});

test('request sends objects as JSON, or as a form if the header says so', async (context) => {
  const fake = await start(context);
  const wx = createWx();
  const post = (header) => called(wx, 'request', { url: `${fake.address}/v1/x`, method: 'POST', data: { a: '图 b' }, header });
  await post();
  await post({ 'Content-Type': 'application/x-www-form-urlencoded' });
  assert.deepEqual(fake.seen.signatures.map(({ body }) => body.toString()), ['{"a":"图 b"}', 'a=%E5%9B%BE%20b']);
});

test('uploadFile sends the fields, then the file, and gives the answer as text', async (context) => {
  const fake = await start(context);
  const place = folder(context, { 'tmp_1.jpg': Buffer.from([0, 255, 13, 10, 13, 10, 45, 45]) });
  const progress = [];
  const { order, outcome } = await called(createWx({ temporaryFolder: place }), 'uploadFile', {
    url: `${fake.address}/files/v2/1250000000/examplebucket/a/图.jpg`,
    filePath: 'wxfile://tmp_1.jpg',
    name: 'filecontent',
    formData: { op: 'upload' },
    header: { Authorization: 'bare', Referer: 'http://x', 'Content-Type': 'text/plain' },
  }, (task) => task.onProgressUpdate((update) => progress.push(update)));
  assert.deepEqual([order, outcome.errMsg, typeof outcome.data], [['success', 'complete'], 'uploadFile:ok', 'string']);
  assert.equal(JSON.parse(outcome.data).code, 0);
  const [upload] = fake.seen.uploads;
  assert.deepEqual(Object.keys(upload.form), ['op', 'filecontent']);
  assert.equal(upload.form.op.content.toString(), 'upload');
  assert.match(upload.form.filecontent.head, /filename="tmp_1.jpg"\r\nContent-Type: image\/jpeg/);
  assert.deepEqual([...upload.form.filecontent.content], [0, 255, 13, 10, 13, 10, 45, 45]);
  assert.deepEqual([upload.headers.authorization, new URL(upload.headers.referer).hostname], ['bare', 'servicewechat.com']);
  assert.equal(Number(upload.headers['content-length']), upload.body.length);
  assert.equal(upload.headers['transfer-encoding'], undefined);
  assert.deepEqual(progress.at(-1), { progress: 100, totalBytesSent: upload.body.length, totalBytesExpectedToSend: upload.body.length });
});

test('the progress of a large file moves upwards in steps', async (context) => {
  const fake = await start(context);
  const place = folder(context, { 'big.png': Buffer.alloc(3 << 20, 7) });
  const seen = [];
  await called(createWx(), 'uploadFile', { url: `${fake.address}/files/v2/1/examplebucket/b`, filePath: `${place}/big.png`, name: 'filecontent' },
    (task) => task.onProgressUpdate(({ progress }) => seen.push(progress)));
  assert.ok(seen.length > 10 && seen.every((value, at) => !at || value > seen[at - 1]), seen.join());
  assert.equal(fake.objects.get('/b').length, 3 << 20);
});

test('an HTTP error is a success of the call', async (context) => {
  const fake = await start(context, { upload: () => [403, { code: -97 }] });
  const place = folder(context, { a: 'x' });
  const { order, outcome } = await called(createWx(), 'uploadFile', { url: `${fake.address}/files/v2/1/examplebucket/a`, filePath: `${place}/a`, name: 'f' });
  assert.deepEqual([order[0], outcome.statusCode, outcome.data], ['success', 403, '{"code":-97}']);
});

test('what cannot be done fails with the words of the platform', async (context) => {
  const fake = await start(context, { upload: () => 'silent' });
  const place = folder(context, { a: 'x' });
  const wx = createWx({ domains: ['127.0.0.1'] });
  const url = `${fake.address}/files/v2/1/examplebucket/a`;
  const filePath = `${place}/a`;
  const said = async (...call) => {
    const { order, outcome } = await called(wx, ...call);
    assert.deepEqual(order, ['fail', 'complete']);
    return outcome.errMsg;
  };
  assert.match(await said('request', { url: 'http://127.0.0.1:1/' }), /^request:fail connect ECONNREFUSED/);
  assert.equal(await said('request', { url: 'http://elsewhere.example/' }), 'request:fail url not in domain list');
  assert.equal(await said('request', {}), 'request:fail parameter error: parameter.url should be String instead of Undefined;');
  assert.match(await said('request', { url: 'nonsense' }), /^request:fail invalid url/);
  assert.equal(await said('uploadFile', { url, filePath: `${place}/missing`, name: 'f' }), 'uploadFile:fail file not found');
  assert.equal(await said('uploadFile', { url, filePath, name: 'f', timeout: 30 }), 'uploadFile:fail timeout');
  assert.equal(await said('uploadFile', { url, filePath, name: 'f' }, (task) => task.abort()), 'uploadFile:fail abort');
  assert.equal(await said('uploadFile', { url, filePath, name: 'f' }, (task) => task.onProgressUpdate(({ progress }) => progress === 100 && task.abort())), 'uploadFile:fail abort');
  assert.equal(await said('chooseImage', {}), 'chooseImage:fail cancel');
});

test('an answer that comes before the whole file was sent counts', async (context) => {
  const http = require('node:http');
  const server = http.createServer((request, response) => {
    response.writeHead(413);
    response.end('too large');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const place = folder(context, { big: Buffer.alloc(32 << 20) });
  const { order, outcome } = await called(createWx(), 'uploadFile', { url: `http://127.0.0.1:${server.address().port}/x`, filePath: `${place}/big`, name: 'f' });
  assert.deepEqual([order[0], outcome.statusCode, outcome.data], ['success', 413, 'too large']);
});
