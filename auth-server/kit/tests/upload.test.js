const { test } = require('node:test');
const assert = require('node:assert/strict');
const { createWx } = require('../wx-shim');
const kit = require('../upload');
const { start, folder } = require('./fake');

/** An uploader before a fake with these rules, with a clock that is turned by hand. */
async function prepared(context, rules, options) {
  const fake = await start(context, rules);
  const place = folder(context, { 'tmp_1.jpg': 'one', 'tmp/2.jpg': 'two', 'big.png': Buffer.alloc(2 << 20, 1) });
  const time = { now: 1e12 };
  const uploader = kit.create({
    host: `${fake.address}/`,
    token: () => 'header.claims.mark',
    platform: createWx({ temporaryFolder: place }),
    clock: () => time.now,
    ...options,
  });
  return { fake, time, uploader };
}

const expired = [403, { code: -96, message: 'ERROR_PROXY_AUTH_EXPIRED' }];
const picture = { filePath: 'wxfile://tmp_1.jpg', directory: '/users/alice' };

test('a picture goes to the cloud and its address comes back', async (context) => {
  const { fake, uploader } = await prepared(context);
  const seen = [];
  const answer = await uploader.upload({ ...picture, onProgress: ({ progress }) => seen.push(progress) });
  assert.equal(answer.source_url, 'http://examplebucket-1250000000.cosgz.myqcloud.com/users/alice/tmp_1.jpg');
  assert.equal(answer.path, '/users/alice/tmp_1.jpg');
  assert.equal(fake.seen.signatures[0].target, '/v1/sign/cos?operation=upload&path=%2Fusers%2Falice%2F');
  assert.equal(fake.seen.signatures[0].headers.authorization, 'Bearer header.claims.mark');
  const [{ form, headers }] = fake.seen.uploads;
  assert.equal(headers.authorization, 'signature-1');
  assert.deepEqual([form.op.content.toString(), form.filecontent.content.toString()], ['upload', 'one']);
  assert.equal(seen.at(-1), 100);
});

test('the route of the article does too, with its form and nothing more', async (context) => {
  const fake = await start(context);
  const place = folder(context, { 'tmp_1.jpg': 'one' });
  const cosUrl = `${fake.address}/files/v2/1250000000/examplebucket`;
  const { upload } = kit.create({ host: fake.address, token: 't', cosUrl, platform: createWx({ temporaryFolder: place }) });
  assert.match((await upload(picture)).source_url, /\/users\/alice\/tmp_1\.jpg$/);
  assert.equal(fake.seen.signatures[0].target, '/v1/qc_cos/config?cos_path=%2Fusers%2Falice%2F');
  assert.deepEqual(Object.keys(fake.seen.uploads[0].form), ['op', 'filecontent']);
});

test('the cloud may answer neither with a script for an address nor with another path', async (context) => {
  const { fake, uploader } = await prepared(context, {
    upload: (asked, count) => [200, { code: 0, data: { source_url: count === 1 ? 'javascript:alert(1)' : 'http://a/b', path: '/users/bob/1.jpg' } }],
  });
  await assert.rejects(uploader.upload(picture), { kind: 'unclear', code: 0 });
  const { source_url, path } = await uploader.upload(picture);
  assert.deepEqual([source_url, path], ['http://a/b', '/users/alice/tmp_1.jpg']);
  assert.equal(fake.seen.uploads.length, 2);
});

test('names are percent-encoded, and the temporary folder is not a part of them', async (context) => {
  const { fake, uploader } = await prepared(context);
  await uploader.upload({ ...picture, filePath: 'http://tmp/tmp/2.jpg' });
  await uploader.upload({ ...picture, name: "重庆 (1)+'%'!.jpg" });
  const [first, second] = fake.seen.uploads.map(({ target }) => target.split('/users/alice/')[1]);
  assert.equal(first, '2.jpg');
  assert.equal(second, '%E9%87%8D%E5%BA%86%20%281%29%2B%27%25%27%21.jpg');
});

test('names and directories that lead elsewhere are refused before anything is sent', async (context) => {
  const { fake, uploader } = await prepared(context);
  for (const bad of [{ name: '../x' }, { name: '..' }, { name: '' }, { name: 'a\\b' }, { name: 'a\u0000' }, { name: 'a\ud83d.jpg' }, { name: 'a?b' }, { name: 'a*b' }, { name: 'a:b' }, { name: 'a"b' }, { name: 'a<b>|' }, { name: '..x' }, { name: 'a%41' }, { name: 'a%%41' }, { name: 'a%U0041' }, { directory: '/a:b' }, { directory: '/users/\udc08' }, { directory: '' }, { directory: '/' }, { directory: '/users/../bob' }, { filePath: '' }]) {
    await assert.rejects(uploader.upload({ ...picture, ...bad }), { kind: 'name' }, JSON.stringify(bad));
  }
  assert.equal(fake.seen.signatures.length, 0);
  for (const name of ['🐈.jpg', '.a..b.', '50% off.jpg', '（一），二。jpg']) {
    assert.equal((await uploader.upload({ ...picture, name })).path, `/users/alice/${name}`);
  }
});

test('a signature is used again until it nears its end', async (context) => {
  const { fake, time, uploader } = await prepared(context);
  await uploader.upload(picture);
  time.now += 47e3;
  await uploader.upload(picture);
  assert.equal(fake.seen.signatures.length, 1);
  time.now += 2e3;
  await uploader.upload(picture);
  assert.equal(fake.seen.signatures.length, 2);
  time.now -= 3600e3;
  await uploader.upload(picture);
  assert.equal(fake.seen.signatures.length, 3, 'a clock that was set back tells nothing');
  await uploader.upload({ ...picture, directory: 'users/alice/sub/' });
  assert.equal(fake.seen.signatures.length, 4, 'another directory has another signature');
});

test('several at once share one signature', async (context) => {
  const { fake, uploader } = await prepared(context);
  await Promise.all([1, 2, 3, 4].map((n) => uploader.upload({ ...picture, name: `${n}.jpg` })));
  assert.deepEqual([fake.seen.signatures.length, fake.seen.uploads.length], [1, 4]);
});

test('a signature that ended is renewed, and the picture sent again once', async (context) => {
  for (const code of [-96, -59, -77, -46619, '-96']) {
    const { fake, uploader } = await prepared(context, { upload: (asked, count) => count === 1 && [403, { code }] });
    const seen = [];
    await uploader.upload({ ...picture, filePath: 'wxfile://big.png', onProgress: ({ progress }) => seen.push(progress) });
    assert.deepEqual(fake.seen.uploads.map(({ headers }) => headers.authorization), ['signature-1', 'signature-2']);
    assert.ok(seen.every((value, at) => !at || value > seen[at - 1]), seen.join());
    assert.deepEqual(seen.filter((value) => value === 100), [100]);
  }
  const { fake, uploader } = await prepared(context, { upload: () => expired });
  await assert.rejects(uploader.upload(picture), { kind: 'expired', code: -96, statusCode: 403 });
  assert.equal(fake.seen.uploads.length, 2);
});

test('several that meet the end of their signature renew it once', async (context) => {
  const { fake, uploader } = await prepared(context, { upload: ({ headers }) => headers.authorization === 'signature-1' && expired });
  await Promise.all([1, 2, 3].map((n) => uploader.upload({ ...picture, name: `${n}.jpg` })));
  assert.equal(fake.seen.signatures.length, 2);
});

test('an unclear end after the signature ran out is tried again once', async (context) => {
  const { fake, time, uploader } = await prepared(context, {
    upload: (asked, count) => {
      time.now += 61e3;
      return count === 1 && [403, '<Error/>'];
    },
  });
  await uploader.upload(picture);
  assert.deepEqual(fake.seen.uploads.map(({ headers }) => headers.authorization), ['signature-1', 'signature-2']);
});

test('refusals of the signing server are told, JSON or not', async (context) => {
  const error = { code: 'path_not_allowed', message: 'not yours', message_zh: '不允许' };
  for (const [answer, expected] of [
    [[401, { error: { code: 'token_expired', message: 'too old' } }], { kind: 'token', reason: 'token_expired', message: 'too old' }],
    [[403, { error }], { kind: 'forbidden', reason: 'path_not_allowed', message_zh: '不允许', errMsg: 'upload:fail not yours' }],
    [[403, 'Error: 403'], { kind: 'forbidden', statusCode: 403, body: 'Error: 403' }],
    [[429, '<html>'], { kind: 'busy' }],
    [[500, 'x'.repeat(9999)], { kind: 'signature', body: 'x'.repeat(200) }],
    [[200, { sign: '' }], { kind: 'signature' }],
    [[200, 'null'], { kind: 'signature' }],
    [[200, '[]'], { kind: 'signature' }],
  ]) {
    const { fake, uploader } = await prepared(context, { sign: () => answer });
    await assert.rejects(uploader.upload(picture), expected);
    await assert.rejects(uploader.upload(picture), expected);
    assert.deepEqual([fake.seen.signatures.length, fake.seen.uploads.length], [2, 0], 'a refusal was kept');
  }
});

test('answers of the cloud are judged by their code', async (context) => {
  for (const [answer, expected] of [
    [[409, { code: -177, message: 'ERROR_CMD_COS_FILE_EXIST' }], { kind: 'exists', code: -177 }],
    [[200, { code: -177 }], { kind: 'exists', message: '-177' }],
    [[503, { code: -71 }], { kind: 'busy' }],
    [[200, { code: -143 }], { kind: 'busy', code: -143 }],
    [[500, { code: -98, message: 'ERROR' }], { kind: 'busy', message: '-98 ERROR' }],
    [[502, '<html>'], { kind: 'busy', statusCode: 502, body: '<html>' }],
    [[403, { code: -97, message: 'ERROR' }], { kind: 'refused', errMsg: 'upload:fail -97 ERROR' }],
    [[400, '<Error><Code>x</Code></Error>'], { kind: 'unclear', statusCode: 400, body: '<Error><Code>x</Code></Error>' }],
    [[200, { code: 0 }], { kind: 'unclear' }],
    [[200, { code: 0, data: { source_url: 7 } }], { kind: 'unclear' }],
    [[200, ''], { kind: 'unclear' }],
    [[200, 'null'], { kind: 'unclear' }],
  ]) {
    const { fake, uploader } = await prepared(context, { upload: () => answer });
    await assert.rejects(uploader.upload(picture), expected);
    assert.equal(fake.seen.uploads.length, 1);
  }
  const { uploader } = await prepared(context, { upload: () => [500, { code: '0', data: { source_url: 'http://a/b' } }] });
  assert.equal((await uploader.upload(picture)).source_url, 'http://a/b');
});

test('cancelling before the signature has come sends nothing', async (context) => {
  let task = null;
  const { fake, uploader } = await prepared(context, { sign: () => void task.abort() });
  task = uploader.upload({ ...picture, name: 'cancelled.jpg' });
  await assert.rejects(task, { kind: 'cancelled', errMsg: 'upload:fail abort' });
  await uploader.upload({ ...picture, name: 'other.jpg' });
  assert.deepEqual([...fake.objects.keys()], ['/users/alice/other.jpg']);
});

test('cancelling on the way closes the connection', { timeout: 60000 }, async (context) => {
  const { fake, uploader } = await prepared(context, { upload: () => 'silent' });
  const task = uploader.upload({ ...picture, onProgress: ({ progress }) => progress === 99 && task.abort() });
  await assert.rejects(task, { kind: 'cancelled' });
  await fake.dropped;
});

test('cancelling what has ended changes nothing', async (context) => {
  const { uploader } = await prepared(context);
  const task = uploader.upload(picture);
  await task;
  task.abort();
  assert.ok((await task).source_url);
});

test('callbacks come as everywhere on the platform', async (context) => {
  const { uploader } = await prepared(context, { upload: (asked, count) => count === 2 && [409, { code: -177 }] });
  const run = () => new Promise((resolve) => {
    const order = [];
    const note = (name) => (outcome) => {
      order.push(name, outcome.source_url ? 'picture' : outcome.errMsg);
      if (name === 'complete') resolve(order);
    };
    uploader.upload({ ...picture, success: note('success'), fail: note('fail'), complete: note('complete') });
  });
  assert.deepEqual(await run(), ['success', 'picture', 'complete', 'picture']);
  assert.deepEqual(await run(), ['fail', 'upload:fail -177', 'complete', 'upload:fail -177']);
});

test('a fault in a callback is told by the platform, and the outcome stays', async (context) => {
  const { uploader } = await prepared(context, { upload: (asked, count) => count > 2 && [409, { code: -177 }] });
  const told = [];
  const tell = (fault) => told.push(fault.message);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', tell);
  context.after(() => {
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
  });
  const fault = (name) => () => {
    throw new Error(name);
  };
  const run = (callbacks) => new Promise((resolve) => {
    const task = uploader.upload({ ...picture, ...callbacks, complete: () => resolve(task) });
  });
  assert.ok((await run({ success: fault('success') })).source_url);
  const atTheEnd = ({ progress }) => progress === 100 && fault('listener')();
  assert.ok((await run({ onProgress: atTheEnd })).source_url);
  await assert.rejects(run({ fail: fault('fail') }), { kind: 'exists' });
  // A failure that its callback was told of is no fault.
  await new Promise((resolve) => uploader.upload({ ...picture, fail: resolve }));
  await new Promise(setImmediate);
  assert.deepEqual(told, ['success', 'listener', 'fail']);
});

test('a connection that the system aborts is broken, not cancelled', async (context) => {
  for (const errMsg of ['request:fail Software caused connection abort', 'request:fail abort statusCode:-1 Connection reset']) {
    const platform = { request: ({ fail }) => fail({ errMsg }) };
    const { uploader } = await prepared(context, {}, { platform });
    await assert.rejects(uploader.upload(picture), { kind: 'network', message: errMsg });
  }
});

test('cancelling is told as such on a platform that fails at once', async (context) => {
  const { uploader } = await prepared(context, {}, { platform: createAbortable() });
  const task = uploader.upload({ ...picture, onProgress: () => task.abort() });
  await assert.rejects(task, { kind: 'cancelled' });
});

test('whoever has cancelled hears nothing of an upload that arrives all the same', async (context) => {
  const data = '{"code":0,"data":{"source_url":"http://a/b"}}';
  const platform = createAbortable(({ success }) => setImmediate(success, { statusCode: 200, data }));
  const { uploader } = await prepared(context, {}, { platform });
  const heard = [];
  const task = uploader.upload({ ...picture, onProgress: ({ progress }) => heard.push(progress) && task.abort() });
  await assert.rejects(task, { kind: 'cancelled' });
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  assert.deepEqual(heard, [50]);
});

/** It signs; an upload goes half its way, and at once does `ends` when it is aborted. */
function createAbortable(ends = ({ fail }) => fail({ errMsg: 'uploadFile:fail abort' })) {
  return {
    request: ({ success }) => success({ statusCode: 200, data: { sign: 's', url: 'http://a/b' } }),
    uploadFile: (request) => ({
      abort: () => ends(request),
      onProgressUpdate: (listener) => setImmediate(listener, { progress: 50 }),
    }),
  };
}

test('a broken connection is a failure of the network', async (context) => {
  const { uploader } = await prepared(context, {}, { host: 'http://127.0.0.1:1' });
  await assert.rejects(uploader.upload(picture), { kind: 'network' });
  const { uploader: missing } = await prepared(context);
  await assert.rejects(missing.upload({ ...picture, filePath: 'wxfile://gone.jpg' }), { kind: 'network', message: 'uploadFile:fail file not found' });
});

test('a host that is not on the list is named, with the list', async (context) => {
  const { uploader } = await prepared(context, {}, { platform: createWx({ domains: [] }) });
  await assert.rejects(uploader.upload(picture), {
    kind: 'domain',
    message: /^request:fail url not in domain list: add http:\/\/127\.0\.0\.1:\d+ to .* for request$/,
  });
});

test('a token that cannot be had is told as such', async (context) => {
  const reasons = [() => Promise.reject(new Error('signed out')), () => { throw { errMsg: 'login:fail signed out' }; }];
  for (const token of reasons) {
    const { fake, uploader } = await prepared(context, {}, { token });
    await assert.rejects(uploader.upload(picture), { kind: 'token', errMsg: /^upload:fail no token: .*signed out$/ });
    assert.equal(fake.seen.signatures.length, 0);
  }
  for (const token of ['', undefined, () => null]) {
    const { fake, uploader } = await prepared(context, {}, { token });
    await assert.rejects(uploader.upload(picture), { kind: 'token', message: 'no token' });
    assert.equal(fake.seen.signatures.length, 0);
  }
});

test('an uploader without a server is none', () => {
  assert.throws(() => kit.create({ token: 't' }), { kind: 'settings', message: /^host is missing/ });
});

test('the module itself uploads with the options set once', async (context) => {
  assert.throws(() => kit.upload(picture), { kind: 'settings' });
  const fake = await start(context);
  const place = folder(context, { 'tmp_1.jpg': 'one' });
  globalThis.wx = createWx({ temporaryFolder: place });
  kit.configure({ host: fake.address, token: Promise.resolve('t') });
  assert.ok((await kit.upload(picture)).source_url);
});
