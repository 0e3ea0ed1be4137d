// Pictures go straight to the cloud; this page's server only signs.

// By code, less its minus. If `expired`, a new signature helps.
const WORDS = {
  59: 'expired', 77: 'expired', 96: 'expired', 46619: 'expired',
  63: 'mismatch', 97: 'mismatch', 71: 'busy', 143: 'busy', 177: 'taken',
};
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
  if (code === 0) return { word: 'done', code, source: body.data?.source_url ?? body.data?.download_url };
  const value = `${code || `HTTP ${status}`} ${body?.message ?? ''}`.trim().slice(0, 200);
  const word = status > 499 ? 'busy' : code || status > 399 ? 'refused' : 'unclear';
  return { word: WORDS[-code] ?? word, code, value };
}

// The page itself.
const at = (id) => document.getElementById(id);
let queue = [];
let active = 0;
let token;
// What the server told it.
let settings;

/** Tells an outcome, in the page's words or the server's. */
function say(place, { word = 'unclear', value = '?', error }) {
  const text = at('words').content.querySelector(`[data-word=${word}]`).cloneNode(true);
  for (const slot of text.querySelectorAll('b')) slot.textContent = value;
  if (error?.message) {
    for (const span of text.children) span.textContent = error[`message_${span.lang}`] ?? error.message;
  }
  place.replaceChildren(...text.childNodes);
}

/** Shows how a picture fares; tells the end. */
function set({ row, form, label, message, name }, outcome) {
  row.dataset.word = outcome.word ?? 'unclear';
  label.title = form.ariaLabel = label.textContent = name;
  say(message, outcome);
  // The button in use may be gone.
  if (row.matches(':focus-within') && !document.activeElement.offsetParent) row.focus();
  if (/waiting|paused|sending|renewed/.test(outcome.word)) return;
  const line = message.cloneNode(true);
  line.prepend(`${name}: `);
  at('news').append(line);
}

async function ask(path, signal) {
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(path, { headers, signal }).catch(() => {
    throw { word: 'offline' };
  });
  const body = await answer.json().catch(() => {});
  if (answer.status === 200 && body) return body;
  if (answer.status === 401) throw { word: 'token' };
  const pause = +answer.headers.get('Retry-After');
  throw { value: `HTTP ${answer.status}`, error: body?.error, pause };
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
      timer = setTimeout(() => request.abort(), 60000);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      watch();
      // The rest is the cloud's word.
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
  const { file: { size, type }, name, page } = picture;
  if (!size) return { word: 'empty' };
  if (!page.types.includes(type)) return { word: 'type', value: page.types.join(' ').replaceAll('image/', '') };
  if (size > page.size_limit) return { word: 'large', value: (page.size_limit / 2 ** 20).toFixed(1) };
  const query = new URLSearchParams({ operation: 'upload', path: page.prefix + name, size, type });
  // Blanks as %20: all read it so.
  const path = `v1/sign/${page.service}?${query}`.replaceAll('+', '%20');
  for (let again = false; ; again = true) {
    const signature = await ask(path, signal);
    set(picture, { word: again ? 'renewed' : 'sending' });
    // The two clocks need not agree.
    const end = Date.now() + (signature.expires - signature.now) * 1000;
    const outcome = await send(picture, signature, signal);
    const renewable = outcome.word === 'expired' || (Date.now() > end && isNaN(outcome.code));
    if (again || !renewable) return { ...outcome, path, query: signature.picture_query };
  }
}

async function run(picture) {
  const { signal } = picture.control;
  picture.page = settings;
  const outcome = await deliver(picture, signal).catch((failure) => failure);
  const { word, pause } = outcome;
  if (signal.aborted) return;
  if (word === 'done') return finish(picture, outcome);
  if (word === 'token') {
    stop(outcome);
    return enqueue(picture);
  }
  if (pause) {
    set(picture, { word: 'paused', value: pause });
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    return signal.aborted || run(picture);
  }
  if (word === 'taken') picture.input.value = otherName(picture.name);
  set(picture, outcome);
}

function finish(picture, { source, path, query }) {
  const { page, bar, image, link, preview } = picture;
  const place = (query) => (link.href = image.src = safeAddress(source, page.picture_origin, query));
  // What shows it ends, too.
  const renew = async () => place((await ask(path)).picture_query);
  const hide = () => set(picture, { word: 'hidden' });
  bar.value = 100;
  set(picture, { word: 'done' });
  image.onload = () => URL.revokeObjectURL(preview);
  image.onerror = () => {
    image.onerror = hide;
    renew().catch(hide);
  };
  link.onclick = (event) => {
    event.preventDefault();
    renew().finally(() => window.open(link.href, '', 'noopener'));
  };
  place(query);
}

function enqueue(picture) {
  picture.control = new AbortController();
  set(picture, { word: 'waiting' });
  queue.push(picture);
  next();
}

function next() {
  while (settings && queue.length && active < settings.parallel) {
    active++;
    run(queue.shift()).finally(() => {
      active--;
      next();
    });
  }
}

function add(file) {
  let name = cleanName(file.name);
  while (document.querySelector(`[title="${CSS.escape(name)}"]`)) name = otherName(name);
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

/** Asks for a token; tells why. */
function stop(failure) {
  show(null);
  say(at('problem'), failure);
  at('token').focus();
}

async function enter(text) {
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
    stop(failure);
  }
}

function open() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) history.replaceState(null, '', '.');
  enter(given || sessionStorage.token || '');
}

function speak(chinese) {
  document.documentElement.lang = chinese ? 'zh' : 'en';
  at('language').onclick = () => speak(!chinese);
}

speak(/^zh/.test(navigator.language));
at('leave').onclick = () => {
  sessionStorage.clear();
  location.reload();
};
at('entry').onsubmit = async (event) => {
  event.preventDefault();
  await enter(at('token').value);
  at('token').value = '';
  at('files').focus();
};
at('files').onchange = ({ target }) => {
  addAll(target);
  // The same may be chosen again.
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
