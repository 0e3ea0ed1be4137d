// Pictures go straight to the cloud; the page's own server only signs.
// index.html holds all texts in both languages; the style sheet hides one.

// When `expired`, a new signature helps.
const WORDS = {
  '-59': 'expired', '-77': 'expired', '-96': 'expired', '-46619': 'expired',
  '-63': 'mismatch', '-97': 'mismatch', '-71': 'busy', '-143': 'busy', '-177': 'taken',
};
const SILENCE = 60000;
// In an address a Chinese character takes nine.
const LONGEST_NAME = 360;

/** A name that nobody takes for a trick. */
export function cleanName(name) {
  const clean = name.normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}\\/?*:|<>"%]/gu, '_')
    // Full-width dots and slashes may become plain ones.
    .replace(/[^ -~]/gu, (sign) => (/[./\\%]/.test(sign.normalize('NFKC')) ? '_' : sign))
    .replace(/\s+/g, ' ').replace(/^[. ]+| $/g, '');
  return withEnd(clean || 'picture', '');
}

export const otherName = (name) => withEnd(name, `-${Math.random().toString(36).slice(2, 6)}`);

function withEnd(name, end) {
  const [, stem, type = ''] = /^(.+?)(\.[^.]{1,10})?$/.exec(name);
  const signs = [...stem];
  const whole = () => signs.join('').trim() + end + type;
  while (encodeURIComponent(whole()).length > LONGEST_NAME) signs.pop();
  return whole();
}

/** The address, if a picture may come from it. */
export function safeAddress(text, origin, query) {
  try {
    const { protocol, pathname, search } = new URL(text);
    if (!/^https?:$/.test(protocol)) return '';
    return Object.assign(new URL(origin ?? text), { pathname, search: query ?? search }).href;
  } catch {
    return '';
  }
}

/** What the cloud's answer means; its code decides. */
export function judge(status, text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {}
  const code = parseInt(body?.code);
  if (code === 0) return { word: 'done', code, address: body.data?.source_url ?? body.data?.download_url };
  const value = `${code || `HTTP ${status}`} ${body?.message ?? ''}`.trim().slice(0, 200);
  const word = status > 499 ? 'busy' : code || status > 399 ? 'refused' : 'unclear';
  return { word: WORDS[code] ?? word, code, value };
}

// The page itself.
const at = (id) => document.getElementById(id);
let queue = [];
let active = 0;
let held = false;
// What the server told, for this token.
let settings = null;
let token;

/** Tells an outcome, in the page's words or the server's. */
function say(place, { word = 'unclear', value, error }) {
  const text = at('words').content.querySelector(`[data-word=${word}]`).cloneNode(true);
  for (const slot of text.querySelectorAll('b')) slot.textContent = value;
  if (error?.message) {
    for (const span of text.children) span.textContent = error[`message_${span.lang}`] ?? error.message;
  }
  place.replaceChildren(...text.childNodes);
}

/** Shows how a picture fares; the end is read aloud. */
function set({ row, form, label, message, name }, outcome) {
  const focused = row.matches(':focus-within');
  row.dataset.word = outcome.word ?? 'unclear';
  label.textContent = name;
  form.setAttribute('aria-label', name);
  say(message, outcome);
  // The button in use may be gone.
  if (focused) row.focus();
  if (/waiting|sending|renewed/.test(outcome.word)) return;
  const line = document.createElement('p');
  say(line, outcome);
  line.prepend(`${name}: `);
  at('news').append(line);
}

async function ask(path, signal) {
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(path, { headers, signal }).catch(() => {
    throw { word: 'offline' };
  });
  const { status } = answer;
  const body = await answer.json().catch(() => {});
  if (status === 200 && body) return body;
  const failure = { value: `HTTP ${status}`, error: body?.error };
  if (status === 429) failure.pause = parseInt(answer.headers.get('Retry-After'));
  if (status === 401) {
    failure.word = 'token';
    show(null);
    say(at('problem'), failure);
  }
  throw failure;
}

function sign({ file, name, page }, signal) {
  const query = new URLSearchParams({ operation: 'upload', path: page.prefix + name, size: file.size, type: file.type });
  // Blanks as %20: all read that alike.
  return ask(`v1/sign/${page.service}?${query}`.replaceAll('+', '%20'), signal);
}

function send({ file, name, bar }, signature, signal) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    for (const field of Object.entries(signature.fields)) form.append(...field);
    form.append(signature.file_field, file, name);
    let timer;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), SILENCE);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      watch();
      // The last step is the cloud's word.
      bar.value = Math.max(bar.value, Math.floor((loaded / total) * 99) || 0);
    };
    request.onloadend = () => {
      clearTimeout(timer);
      resolve(request.status ? judge(request.status, request.responseText) : { word: 'offline' });
    };
    signal.onabort = () => request.abort();
    request.open(signature.method, signature.url);
    for (const header of Object.entries(signature.headers)) request.setRequestHeader(...header);
    watch();
    request.send(form);
  });
}

/** Sends a picture; once more if its signature ended on the way. */
async function deliver(picture, signal) {
  const { file, page } = picture;
  if (!file.size || !page.types.includes(file.type)) return { word: 'type' };
  if (file.size > page.size_limit) return { word: 'large', value: (page.size_limit / 2 ** 20).toFixed(1) };
  for (let again = false; ; again = true) {
    const signature = await sign(picture, signal);
    set(picture, { word: again ? 'renewed' : 'sending' });
    const since = Date.now();
    const outcome = await send(picture, signature, signal);
    outcome.query = signature.picture_query;
    // The two clocks need not agree.
    const late = Date.now() - since > (signature.expires - signature.now) * 1000;
    const renewable = outcome.word === 'expired' || (late && isNaN(outcome.code));
    if (again || !renewable || signal.aborted) return outcome;
  }
}

async function run(picture) {
  const { signal } = picture.control;
  picture.page = settings;
  const outcome = await deliver(picture, signal).catch((failure) => failure);
  const { word, pause } = outcome;
  if (signal.aborted) return;
  if (word === 'done') return finish(picture, outcome);
  if (pause) {
    held = true;
    setTimeout(() => {
      held = false;
      next();
    }, pause * 1000);
  }
  if (pause || word === 'token') return enqueue(picture);
  if (word === 'taken') picture.input.value = otherName(picture.name);
  set(picture, outcome);
}

function finish(picture, { address, query }) {
  const { row, page, bar, image, link, preview } = picture;
  bar.value = 100;
  set(picture, { word: 'done' });
  image.onload = () => {
    row.dataset.shown = '';
    URL.revokeObjectURL(preview);
  };
  image.onerror = () => {
    image.onload = image.onerror = null;
    image.src = preview;
    set(picture, { word: 'hidden' });
  };
  link.href = image.src = safeAddress(address, page.picture_origin, query);
}

function enqueue(picture) {
  picture.control = new AbortController();
  set(picture, { word: 'waiting' });
  queue.push(picture);
  next();
}

function next() {
  while (settings && !held && queue.length && active < settings.parallel) {
    active++;
    run(queue.shift()).finally(() => {
      active--;
      next();
    });
  }
}

function add(file) {
  let name = cleanName(file.name);
  const names = [...document.querySelectorAll('.name')].map((label) => label.textContent);
  while (names.includes(name)) name = otherName(name);
  const row = at('picture').content.firstElementChild.cloneNode(true);
  const preview = URL.createObjectURL(file);
  const picture = { file, name, preview, row };
  for (const part of row.querySelectorAll('[data-part]')) picture[part.dataset.part] = part;
  const { form, bar, input, image, cancel, remove } = picture;
  image.src = preview;
  form.onsubmit = (event) => {
    event.preventDefault();
    if (row.dataset.word === 'taken') picture.name = cleanName(input.value);
    bar.value = 0;
    enqueue(picture);
  };
  cancel.onclick = () => {
    picture.control.abort();
    queue = queue.filter((other) => other !== picture);
    set(picture, { word: 'cancelled' });
  };
  remove.onclick = () => {
    URL.revokeObjectURL(preview);
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

async function enter(text) {
  show(null);
  // A header cannot carry all signs.
  token = encodeURI(text.trim());
  at('problem').replaceChildren();
  if (!token) return;
  try {
    show(await ask('v1/page'));
    sessionStorage.token = token;
    at('folder').textContent = settings.prefix;
    at('files').accept = settings.types;
    next();
  } catch (failure) {
    say(at('problem'), failure);
  }
}

function open() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) history.replaceState(null, '', location.pathname + location.search);
  enter(given || sessionStorage.token || '');
}

function speak(chinese) {
  document.documentElement.lang = chinese ? 'zh' : 'en';
  at('language').onclick = () => speak(!chinese);
}

speak(/^zh/.test(navigator.language));
at('leave').onclick = () => {
  delete sessionStorage.token;
  enter('');
  at('token').focus();
};
at('entry').onsubmit = (event) => {
  event.preventDefault();
  enter(at('token').value);
  at('token').value = '';
};
at('files').onchange = ({ target }) => {
  addAll(target);
  // The same picture may be chosen again.
  target.value = '';
};
document.onpaste = ({ clipboardData }) => addAll(clipboardData);
document.ondragover = document.ondragleave = document.ondrop = (event) => {
  event.preventDefault();
  at('drop').classList.toggle('over', event.type === 'dragover');
  if (event.type === 'drop') addAll(event.dataTransfer);
};
window.onhashchange = open;
open();
