const { test } = require('node:test');
const assert = require('node:assert/strict');
const { createWx } = require('../wx-shim');
const kit = require('../upload');
const { start } = require('./fake');

/** An uploader before a fake with these rules, with a clock that is turned by hand. */
async function prepared(context, rules) {
  const fake = await start(context, rules);
  const time = { now: 1e12 };
  const platform = createWx();
  const { address } = kit.create({ host: fake.address, token: 't', platform, clock: () => time.now });
  return { fake, time, address };
}

const path = '/users/alice/重庆 (1).jpg';

test('an address shows one picture until it ends', async (context) => {
  const { fake, time, address } = await prepared(context);
  const given = await address({ path });
  assert.equal(given.url, `${fake.pictures}/users/alice/%E9%87%8D%E5%BA%86%20(1).jpg?sign=signature-1`);
  assert.deepEqual([given.path, given.until], [path, time.now + 60e3]);
  const [{ target, headers }] = fake.seen.signatures;
  assert.equal(target, '/v1/sign/cos?operation=download&path=%2Fusers%2Falice%2F%E9%87%8D%E5%BA%86%20%281%29.jpg');
  assert.equal(headers.authorization, 'Bearer t');
});

test('an address is given again until it nears its end, and so is no other', async (context) => {
  const { fake, time, address } = await prepared(context);
  const [first, second] = await Promise.all([address({ path }), address({ path })]);
  time.now += 47e3;
  const third = await address({ path });
  assert.deepEqual([second, third], [first, first]);
  await address({ path: '/users/alice/2.jpg' });
  assert.equal(fake.seen.signatures.length, 2);
  time.now += 2e3;
  assert.notEqual((await address({ path })).url, first.url);
});

test('callbacks of an address are called, and its promise need not be looked at', async (context) => {
  const { address } = await prepared(context, { sign: ({ target }) => target.includes('bob') && [403, { error: { code: 'path_denied', message: 'not yours' } }] });
  const called = (path) => new Promise((resolve) => {
    const order = [];
    const note = (event) => ({ kind, url }) => {
      order.push(event, kind || typeof url);
      if (event === 'complete') resolve(order);
    };
    address({ path, success: note('success'), fail: note('fail'), complete: note('complete') });
  });
  assert.deepEqual(await called(path), ['success', 'string', 'complete', 'string']);
  assert.deepEqual(await called('/users/bob/1.jpg'), ['fail', 'forbidden', 'complete', 'forbidden']);
});

test('a path that is none, or leads elsewhere, is not asked for', async (context) => {
  const { fake, address } = await prepared(context);
  for (const bad of [undefined, '', '/', 'a.jpg', '/a.jpg', '/users/alice/', '/users/../bob/a.jpg', '/users/alice/..', '/users/a\u0000/b']) {
    await assert.rejects(address({ path: bad }), { kind: 'name' }, String(bad));
  }
  assert.equal(fake.seen.signatures.length, 0);
});

test('what is no address of a picture is not given', async (context) => {
  for (const url of ['javascript:alert(1)', 'data:text/html,x', '//elsewhere.example/x', '', null, 7, {}]) {
    const { address } = await prepared(context, { sign: () => [200, { sign: 's', url, now: 1, expires: 61 }] });
    await assert.rejects(address({ path }), { kind: 'signature' }, String(url));
  }
});

test('an address that failed is asked for again', async (context) => {
  const { address } = await prepared(context, { sign: (asked, count) => count === 1 && [503, 'busy'] });
  await assert.rejects(address({ path }), { kind: 'signature', statusCode: 503 });
  assert.match((await address({ path })).url, /sign=signature-2$/);
});
