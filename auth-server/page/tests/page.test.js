// The parts of the page that need no browser.
const { test } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');

const folder = path.join(__dirname, '..');
const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
const script = read('page.js');
const document = read('index.html');

/** All above the mark, as a module. */
function pure() {
  const text = script.split('const at = ')[0];
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

test('the script stays under ten kibibytes', () => {
  assert.ok(Buffer.byteLength(script) < 10240);
});

test('names lose what could lead elsewhere, and keep the rest', async () => {
  const { cleanName } = await pure();
  for (const [name, expected] of [
    ['cat.jpg', 'cat.jpg'],
    ['重庆 夜景（一）：上.jpg', '重庆 夜景（一）：上.jpg'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['..', 'picture'],
    ['', 'picture'],
    ['.jpg', 'jpg'],
    ['a\\b/c%2fd.png', 'a_b_c_2fd.png'],
    ['a．．／b＼c％2f.png', 'a___b_c_2f.png'],
    ['a…b℀c.png', 'a_b_c.png'],
    ['e\u0301.png', '\u00e9.png'],
    ['a\u0000\u202eb\ud800.png', 'a__b_.png'],
    ['a\u2028\u2029b.png', 'a b.png'],
    ['  a \t b\u3000c  .png ', 'a _ b c.png'],
    ['<img src=x>?*:|".png', '_img src=x______.png'],
    ['#1+2&3=4;5!.png', '#1+2&3=4;5!.png'],
    ['折扣 5‰⧸\ufffd.png', '折扣 5___.png'],
    ['❤\ufe0f.png', '❤\ufe0f.png'],
  ]) {
    assert.equal(cleanName(name), expected, name);
  }
});

/** What the server refuses in a name, in JavaScript. */
function refusedByServer() {
  const source = fs.readFileSync(path.join(folder, '../src/path/characters.rs'), 'utf8');
  const part = (begin, end) => source.split(begin)[1].split(end)[0];
  const listed = (text) => text.matchAll(/'\\u\{(\w+)\}'(?:\.\.='\\u\{(\w+)\}')?/g);
  const inClass = (text) => [...listed(text)].map(([, first, last = first]) => `\\u{${first}}-\\u{${last}}`).join('');
  const lookAlikes = inClass(part('const LOOK_ALIKES', '];'));
  const selectors = inClass(part('let is_selector =', ';'));
  const others = inClass(part('<DefaultIgnorableCodePoint>()', '#[cfg(test)]'));
  assert.ok(lookAlikes.length > 200 && selectors.length > 10 && others.length > 40);
  const refused = new RegExp(`[\\\\?*:|<>"\\p{Cc}${lookAlikes}${others}]|(?! )\\p{White_Space}|(?![${selectors}])\\p{DI}`, 'u');
  const disguise = (sign) => sign > '~' && sign !== '…' && /[./\\%]/.test(sign.normalize('NFKD'));
  return (name) => refused.test(name) || [...name].some(disguise);
}

test('no character is left in a name that the server refuses', async () => {
  const { cleanName } = await pure();
  const isRefused = refusedByServer();
  for (let point = 0; point <= 0x10ffff; point++) {
    const name = cleanName(`a${String.fromCodePoint(point)}b`);
    assert.ok(!isRefused(name), point.toString(16));
  }
});

test('names of any length fit into an address with their type', async () => {
  const { cleanName, otherName } = await pure();
  for (const sign of ['a', '图', '🐈', '%', ' ']) {
    const name = cleanName(`x${sign.repeat(300)}.jpeg`);
    assert.match(name, /\.jpeg$/);
    for (const fit of [name, otherName(name), otherName(otherName(name))]) {
      assert.ok(encodeURIComponent(fit).length <= 360, sign);
    }
  }
  assert.ok(encodeURIComponent(cleanName('.'.repeat(999) + 'a'.repeat(999))).length <= 360);
});

test('cleaning is the same done twice', async () => {
  const { cleanName, otherName } = await pure();
  let seed = 7;
  const chance = (limit) => (seed = (seed * 48271) % 0x7fffffff) % limit;
  const signs = ['.', '/', '\\', '%', ' ', 'a', '图', '．', '／', '\u0301', 'e', '🐈', '\ud83d', '\u200b', '\n', '…', '-', '\u3000'];
  for (let turn = 0; turn < 20000; turn++) {
    const name = Array.from({ length: chance(12) }, () => signs[chance(signs.length)]).join('');
    const clean = cleanName(name);
    assert.equal(cleanName(clean), clean, JSON.stringify(name));
    assert.doesNotMatch(clean, /[\\/%\p{C}]|^\.|^$|^\s|\s$/u);
    assert.doesNotMatch(clean.normalize('NFKC'), /[\\/%]|^\.\.?$/);
    assert.notEqual(otherName(clean), clean);
  }
});

test('another name keeps the type', async () => {
  const { otherName } = await pure();
  assert.match(otherName('图.jpg'), /^图-[0-9a-z]{1,4}\.jpg$/);
  assert.match(otherName('noending'), /^noending-[0-9a-z]{1,4}$/);
});

test('pictures are shown from http addresses only', async () => {
  const { safeAddress } = await pure();
  const source = 'http://b-1.cosgz.myqcloud.com/users/%E5%9B%BE.png?x=1';
  assert.equal(safeAddress(source), source);
  assert.equal(safeAddress(source, 'https://pictures.example.com'), 'https://pictures.example.com/users/%E5%9B%BE.png?x=1');
  assert.equal(safeAddress(source, null, 'sign=a%2B'), 'http://b-1.cosgz.myqcloud.com/users/%E5%9B%BE.png?sign=a%2B');
  assert.equal(safeAddress('http://a//evil.example/x', 'http://b').startsWith('http://b/'), true);
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'blob:http://a/b', 'file:///etc/passwd', '/x', '//a/b', '', undefined, null, {}, 7]) {
    assert.equal(safeAddress(bad), '', String(bad));
  }
});

test('the code of an answer decides, whatever the status', async () => {
  const { judge } = await pure();
  const answer = (code, more) => ({ code, message: 'ERROR', ...more });
  assert.equal(judge(200, answer(0, { data: { source_url: 'http://a/b' } })).source, 'http://a/b');
  assert.equal(judge(200, answer('0', { data: { download_url: 'http://a/c' } })).source, 'http://a/c');
  assert.equal(judge(200, answer(0)).word, 'done');
  for (const code of [-96, -59, -77, -46619, '-96']) assert.equal(judge(403, answer(code)).word, 'expired');
  assert.equal(judge(409, answer(-177)).word, 'taken');
  assert.equal(judge(200, answer(-177)).word, 'taken');
  assert.equal(judge(503, answer(-71)).word, 'busy');
  for (const code of [-47, -48, -61, -62, -63, -70, -79, -82, -97, -46615, -46618]) {
    assert.equal(judge(403, answer(code)).word, 'mismatch', code);
  }
  for (const code of [-63, -97]) assert.equal(judge(200, answer(code)).word, 'mismatch', code);
  for (const status of [200, 403, 503]) assert.equal(judge(status, answer(-143)).word, 'busy');
  assert.deepEqual(judge(400, answer(-5999)), { word: 'refused', code: -5999, value: '-5999 ERROR' });
});

test('a body that is no answer is told by its status', async () => {
  const { judge } = await pure();
  // What is no JSON comes as null.
  for (const body of [null, [], 7, '0', {}, { code: null }, { code: 'x' }, { code: {} }]) {
    const told = JSON.stringify(body);
    assert.equal(judge(400, body).word, 'refused', told);
    assert.equal(judge(403, body).word, 'mismatch', told);
    assert.equal(judge(413, body).value, 'HTTP 413', told);
    assert.equal(judge(502, body).word, 'busy', told);
    assert.equal(judge(200, body).word, 'unclear', told);
    assert.equal(judge(0, body).word, 'offline', told);
  }
  assert.ok(judge(400, { code: -1, message: 'x'.repeat(9999) }).value.length <= 200);
});

test('every text is there in both languages, and every word the script says', () => {
  const words = document.split('<template id="words">')[1];
  for (const [, word, text] of words.matchAll(/data-word="(\w+)">([^]*?)<\/p>/g)) {
    assert.match(text, /<span lang="en">[^]+<span lang="zh">/, word);
    assert.equal(text.match(/<b>/g)?.length ?? 0, (text.match(/<b>/g)?.length ?? 0) ? 2 : 0, word);
  }
  const said = [...script.matchAll(/(?:word(?: =|:)[^,;}\n]*|enqueue\([^)]*)/g)].flatMap(([part]) => [...part.matchAll(/'(\w+)'/g)]);
  const known = [...script.matchAll(/\d+: '(\w+)'/g)];
  assert.ok(said.length > 8 && known.length > 5);
  for (const [, word] of [...said, ...known]) assert.ok(words.includes(`data-word="${word}"`), word);
  const count = (language) => document.split(`lang="${language}">`).length;
  // The document's own language is one more.
  assert.equal(count('en'), count('zh') + 1);
});

test('script and style sheet agree on what is still on its way', () => {
  const [, words] = /\/([\w|]+)\/\.test\(outcome\.word\)/.exec(script);
  const lists = [...read('style.css').matchAll(/:is\(\[data-word="waiting"\][^)]*\)/g)];
  assert.ok(lists.length > 3);
  for (const [list] of lists) {
    for (const word of words.split('|')) assert.ok(list.includes(`"${word}"`), `${word} in ${list}`);
  }
});

test('nothing in the page needs a softer content security policy', () => {
  assert.doesNotMatch(document, /\sstyle=|\son\w+=|javascript:|<style|<script(?![^>]*\ssrc=)/i);
  assert.doesNotMatch(document, /(?:src|href)="(?:https?:|\/\/|data:)/);
  assert.doesNotMatch(script, /innerHTML|outerHTML|insertAdjacentHTML|eval\(|new Function|document\.write|cookie/);
  assert.doesNotMatch(read('style.css'), /@import|url\(/);
});

test('the language is all that the page keeps, in a browser that lets it', () => {
  assert.doesNotMatch(script, /sessionStorage|indexedDB|caches/);
  assert.deepEqual(script.match(/localStorage.*/g), ['localStorage ?? memory;']);
  assert.deepEqual([...new Set(script.match(/\bmemory\.\w+/g))], ['memory.language']);
});

test('every part that the script looks for is in the document', () => {
  for (const [, id] of script.matchAll(/at\('(\w+)'\)/g)) assert.match(document, new RegExp(`id="${id}"`), id);
  for (const part of ['form', 'bar', 'input', 'image', 'cancel', 'remove', 'label', 'message', 'link']) {
    assert.match(document, new RegExp(`data-part="${part}"`), part);
  }
});
