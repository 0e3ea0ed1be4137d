// Pictures go straight to the cloud.

// By -code.
const WORDS = {
  59: 'expired', 77: 'expired', 96: 'expired', 46619: 'expired',
  63: 'mismatch', 97: 'mismatch', 71: 'busy', 143: 'busy', 177: 'taken',
};

/** A name that nobody takes for a trick, with this before its type. */
export function cleanName(name, end = '') {
  const clean = name.normalize('NFC')
    .replace(/(?!\ufe0f)[\p{C}\p{DI}\\/?*:|<>"%\u066a᜵‰‱⁄⁒∕∖╱╲⧵-⧹｡･￼�]/gu, '_')
    // Some become plain dots and slashes.
    .replace(/[^ -~]/gu, (sign) => (/[./\\%]/.test(sign.normalize('NFKC')) ? '_' : sign))
    .replace(/\s+/g, ' ').replace(/^[. ]+| $/g, '');
  const [, stem, type = ''] = /^(.+?)(\.[^.]{1,10})?$/.exec(clean || 'picture');
  const signs = [...stem];
  const whole = () => signs.join('').trim() + end + type;
  // A Chinese character takes nine.
  while (encodeURIComponent(whole()).length > 360) signs.pop();
  return whole();
}

export const otherName = (name) => cleanName(name, `-${Math.random().toString(36).slice(2, 6)}`);

/** The address, if a picture may come from it. */
export function safeAddress(text, origin, query) {
  try {
    const { protocol, pathname, search } = new URL(text);
    const address = Object.assign(new URL(origin ?? text), { pathname, search: query ?? search });
    if (/^https?:$/.test(protocol)) return address.href;
  } catch {}
  return '';
}

/** What the cloud's answer means; its code decides. */
export function judge(status, body) {
  const code = parseInt(body?.code);
  if (code === 0) return { word: 'done', code, source: body.data?.source_url ?? body.data?.download_url };
  const value = `${code || `HTTP ${status}`} ${body?.message ?? ''}`.trim().slice(0, 200);
  const word = status > 499 ? 'busy' : status === 403 ? 'mismatch' : code || status > 399 ? 'refused' : status ? 'unclear' : 'offline';
  return { word: WORDS[-code] ?? word, code, value };
}

const at = (id) => document.getElementById(id);
const queue = new Set();
let active = 0;
// Never stored.
let token;
let settings;
let timesOnline = 0;

/** Tells an outcome, in the page's words or the server's. */
function say(place, { word = 'unclear', value = '?', error }) {
  place.dataset.word = word;
  const text = at('words').content.querySelector(`[data-word=${word}]`).cloneNode(true);
  for (const slot of text.querySelectorAll('b')) slot.textContent = value;
  for (const span of error ? text.children : []) span.textContent = error[`message_${span.lang}`] ?? error.message;
  place.querySelector('[data-part=message]').replaceChildren(...text.childNodes);
}

/** Shows how a picture fares; tells the end. */
function set({ row, form, label, message, name, bar }, outcome) {
  bar.sent = 0;
  label.title = form.ariaLabel = label.textContent = name;
  say(row, outcome);
  // Its button may be gone.
  if (row.matches(':focus-within') && !document.activeElement.offsetParent) row.focus();
  if (/waiting|paused|sending|renewed/.test(outcome.word)) return;
  const line = message.cloneNode(true);
  line.prepend(`${name}: `);
  at('news').append(line);
}

async function ask(path, signal) {
  // Headers carry few signs.
  const headers = { Authorization: `Bearer ${encodeURI(token)}` };
  const answer = await fetch(path, { headers, signal }).catch(() => {
    throw { word: 'offline' };
  });
  const body = await answer.json().catch(() => {});
  if (answer.ok && body) return body;
  if (answer.status === 401) throw { word: 'token' };
  throw { value: `HTTP ${answer.status}`, error: body?.error, pause: +answer.headers.get('Retry-After') };
}

async function send({ file, name, bar }, { fields, file_field, headers, method, url }, signal) {
  const request = new XMLHttpRequest();
  const form = new FormData();
  const began = performance.now();
  for (const field of Object.entries(fields)) form.append(...field);
  form.append(file_field, file, name);
  request.upload.onprogress = ({ loaded, total }) => {
    request.timeout = performance.now() - began + 60000;
    // The rest is the cloud's word.
    bar.sent = loaded / total;
    bar.value = Math.max(bar.value, bar.sent * 99);
  };
  signal.onabort = () => request.abort();
  request.open(method, url);
  request.responseType = 'json';
  request.timeout = 60000;
  for (const header of Object.entries(headers)) request.setRequestHeader(...header);
  request.send(form);
  await new Promise((resolve) => (request.onloadend = resolve));
  return judge(request.status, request.response);
}

/** Sends a picture; once more if its signature ended on the way. */
async function deliver(picture, signal) {
  const { file: { size, type }, name, page } = picture;
  if (!size) return { word: 'empty' };
  if (!page.types.includes(type)) return { word: 'type', value: page.types.join(', ').replaceAll('image/', '') };
  if (size > page.size_limit) return { word: 'large', value: +(page.size_limit / 2 ** 20).toFixed(2) };
  const query = new URLSearchParams({ operation: 'upload', path: page.prefix + name, size, type });
  // All read %20.
  const path = `v1/sign/${page.service}?${query}`.replaceAll('+', '%20');
  for (let again = false; ; again = true) {
    const signature = await ask(path, signal);
    set(picture, { word: again ? 'renewed' : 'sending' });
    const end = Date.now() + (signature.expires - signature.now) * 1000;
    const outcome = await send(picture, signature, signal);
    const renewable = outcome.word === 'expired' || (Date.now() > end && isNaN(outcome.code));
    if (again || !renewable) return { ...outcome, path, query: signature.picture_query };
  }
}

async function run(picture) {
  const { signal } = picture.control;
  const before = timesOnline;
  picture.page = settings;
  const outcome = await deliver(picture, signal).catch((failure) => failure);
  const { word, pause } = outcome;
  if (pause && !signal.aborted) {
    set(picture, { word: 'paused', value: pause });
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  }
  if (signal.aborted) return;
  if (word === 'done') return finish(picture, outcome);
  // Perhaps of a token before.
  if (word === 'token' && picture.page === settings) stop(outcome);
  // It may be back already.
  const isBack = word === 'offline' && before < timesOnline;
  if (isBack || pause || word === 'token') return enqueue(picture);
  if (word === 'taken') picture.input.value = otherName(picture.name);
  set(picture, outcome);
}

function finish(picture, { source, path, query }) {
  const { page, bar, image, link } = picture;
  const place = (query) => (link.href = image.src = safeAddress(source, page.picture_origin, query));
  // That ends, too.
  const renew = () => ask(path).then((answer) => place(answer.picture_query));
  const hide = () => set(picture, { word: 'hidden' });
  bar.value = 100;
  set(picture, { word: 'done' });
  image.onerror = () => {
    image.onerror = hide;
    renew().catch(hide);
  };
  link.onclick = () => {
    renew().catch(() => {}).then(() => window.open(link.href, '', 'noopener'));
    return false;
  };
  place(query);
}

function enqueue(picture) {
  picture.control = new AbortController();
  set(picture, { word: 'waiting' });
  queue.add(picture);
  next();
}

function next() {
  for (const picture of queue) {
    if (!settings || active >= settings.parallel) return;
    active++;
    queue.delete(picture);
    run(picture).finally(() => {
      active--;
      next();
    });
  }
}

function add(file) {
  let name = cleanName(file.name);
  while (document.querySelector(`[title="${CSS.escape(name)}"]`)) name = otherName(name);
  const row = at('picture').content.firstElementChild.cloneNode(true);
  const picture = { file, name, row };
  for (const part of row.querySelectorAll('[data-part]')) picture[part.dataset.part] = part;
  const { form, bar, input, image, cancel, remove } = picture;
  image.src = URL.createObjectURL(file);
  image.onload = () => URL.revokeObjectURL(image.src);
  form.onsubmit = () => {
    if (input.value) picture.name = cleanName(input.value);
    bar.value = 0;
    enqueue(picture);
  };
  cancel.onclick = () => {
    picture.control.abort();
    queue.delete(picture);
    set(picture, { word: bar.sent < 1 ? 'cancelled' : 'late' });
  };
  remove.onclick = () => {
    row.remove();
    at('files').focus();
  };
  at('pictures').append(row);
  enqueue(picture);
}

const addAll = ({ files }) => [...files].forEach(add);

function show(found) {
  settings = found;
  document.body.classList.toggle('in', found);
}

/** Asks for a token; tells why. */
function stop(failure) {
  show(null);
  say(at('entry'), failure);
  at('token').focus();
  at('token').select();
}

async function enter() {
  say(at('entry'), { word: 'waiting' });
  show(null);
  const mine = (token = at('token').value.trim());
  try {
    const found = await ask('v1/page');
    if (mine !== token) return;
    show(found);
    at('token').value = '';
    at('folder').textContent = settings.prefix;
    at('files').accept = settings.types;
    next();
  } catch (failure) {
    if (mine === token) stop(failure);
  }
}

function open() {
  const [, given] = location.hash.split('#token=');
  if (!given) return;
  history.replaceState(null, '', '.');
  at('token').value = given;
  enter();
}

const root = document.documentElement;
let memory = {};
try {
  memory = localStorage ?? memory;
} catch {} // Forbidden.
root.lang = /^zh/.test(memory.language ?? navigator.language) ? 'zh' : 'en';
at('language').onclick = () => {
  memory.language = root.lang = root.lang === 'en' ? 'zh' : 'en';
};
at('leave').onclick = () => location.reload();
at('entry').onsubmit = () => enter().then(() => at('files').focus());
at('files').onchange = ({ target }) => {
  addAll(target);
  target.value = '';
};
document.onpaste = ({ clipboardData }) => addAll(clipboardData);
ondragover = ondragleave = ondrop = (event) => {
  at('drop').classList.toggle('over', event.type === 'dragover');
  if (event.type === 'drop') addAll(event.dataTransfer);
  return false;
};
ononline = () => {
  timesOnline++;
  for (const button of document.querySelectorAll('[data-word=offline] button:not([type])')) button.click();
};
onbeforeunload = () => active || queue.size || null;
onhashchange = open;
open();
