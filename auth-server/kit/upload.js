// Uploads from a mini-program straight to the cloud: the signature comes from the signing server
// (wx.request), the picture goes out with wx.uploadFile, its address is source_url of the answer.
//
//   const { create } = require('./upload.js');
//   const uploader = create({ host: 'https://sign.example.com', token: () => wx.getStorageSync('jwt') });
//   const task = uploader.upload({ filePath, directory: '/users/alice', onProgress });
//   task.then((picture) => this.setData({ imageUrl: picture.source_url }));
//   task.abort();
//   uploader.address({ path: picture.path }).then(({ url }) => …);    // of a private bucket
//
// Both hosts, that of the server and that of the cloud, must be on the platform's lists of domains
// for request and uploadFile. Written without async functions, which old base libraries lack.

/** The signature ended or was spent: a new one helps. */
const RENEWABLE = [-96, -59, -77, -46619];
/** The part of its life for which a signature is used again. */
const REUSE = 0.8;
/** Seconds that a signature lives if its server does not say. */
const LIFETIME = 60;

/** What went wrong. `kind` is one of the words in README.md; `errMsg` is as the platform's are. */
class UploadError extends Error {
  constructor(kind, message, details) {
    super(message);
    Object.assign(this, { name: 'UploadError', kind, errMsg: `upload:fail ${message}` }, details);
  }
}

/**
 * Makes an uploader. Options:
 *   host        address of the signing server
 *   token       text, or a function that returns it or a promise of it
 *   cosUrl      only for a server that knows the article's route alone, which tells no address:
 *               https://{region}.file.myqcloud.com/files/v2/{appid}/{bucket}
 *   lifetime    seconds that a signature of such a server lives
 *   timeout     milliseconds for each call of the platform
 *   platform    stands in for wx in tests
 *   clock       milliseconds, stands in for Date.now in tests
 */
function create(options) {
  const uploads = new Map();
  const downloads = new Map();
  const settings = Object.assign({ clock: Date.now, lifetime: LIFETIME }, options);
  if (!settings.host) throw new UploadError('settings', 'host is missing: the address of the signing server', {});
  settings.host = String(settings.host).replace(/\/+$/, '');

  /** What is held for the key, what is on its way, or a new one. */
  function signature(signatures, key, fetch) {
    // Addresses are many, and nobody comes back for most.
    signatures.forEach(({ value }, other) => {
      if (value && !isFresh(value, settings.clock())) signatures.delete(other);
    });
    if (signatures.has(key)) return signatures.get(key).promise;
    const entry = {};
    entry.promise = fetch(settings, key).then(
      (value) => (entry.value = value),
      (error) => {
        forget(signatures, key, entry.promise);
        throw error;
      },
    );
    signatures.set(key, entry);
    return entry.promise;
  }

  function forget(signatures, key, promise) {
    const held = signatures.get(key);
    // Another upload may have fetched a new one meanwhile.
    if (held && held.promise === promise) signatures.delete(key);
  }

  /**
   * Uploads one file:
   *   filePath    what wx.chooseImage and its like gave
   *   directory   such as /users/alice
   *   name        in that directory; without it, the last part of filePath
   *   onProgress  is called with { progress, totalBytesSent, totalBytesExpectedToSend }
   *   success, fail, complete   as everywhere on the platform
   * Returns a promise that also has `abort`.
   */
  function upload(request) {
    const task = { aborted: false, running: null };
    const promise = told(request, start(request, task));
    promise.abort = () => {
      task.aborted = true;
      task.stop(cancelled());
      if (task.running) task.running.abort();
    };
    return promise;
  }

  function start(request, task) {
    return new Promise((resolve, reject) => {
      task.stop = reject;
      const directory = folder(request.directory);
      const name = fileName(request.name === undefined ? lastPart(request.filePath) : request.name);
      const report = progress((update) => {
        // Who has cancelled hears no more of it.
        if (request.onProgress && !task.aborted) request.onProgress(update);
      });
      const once = (again) => {
        const promise = signature(uploads, directory, fetchSignature);
        return promise.then((value) => {
          if (task.aborted) throw cancelled();
          return send(settings, task, value, request.filePath, name, report).catch((error) => {
            const late = settings.clock() >= value.until && error.code === undefined;
            if (again || task.aborted || !(error.kind === 'expired' || late)) throw error;
            forget(uploads, directory, promise);
            return once(true);
          });
        });
      };
      once(false).then((data) => {
        resolve(Object.assign({}, data, { path: directory + name }));
        // Still before any callback; a fault in the listener leaves the outcome as it is.
        report.done();
      }, reject);
    });
  }

  /**
   * Makes an address that shows a picture of a private bucket, until it ends:
   *   path        such as the path of the picture that upload gave
   *   success, fail, complete   as everywhere on the platform
   * Returns a promise of { path, url, until }; `until` is the time of its end, in milliseconds.
   */
  function address(request) {
    const promise = Promise.resolve()
      .then(() => signature(downloads, picturePath(request.path), fetchAddress))
      .then((value) => ({ path: value.path, url: value.url, until: value.until }));
    return told(request, promise);
  }

  return { upload, address };
}

/** Calls the callbacks, too. Who gave some need not look at the promise. */
function told(request, outcome) {
  if (request.success || request.fail || request.complete) {
    // On a branch of their own: the platform tells a fault in one, and the outcome stays.
    outcome.then((value) => finish(request, 'success', value), (error) => finish(request, 'fail', error));
  }
  return outcome;
}

function finish(request, name, outcome) {
  try {
    if (request[name]) request[name](outcome);
  } finally {
    if (request.complete) request.complete(outcome);
  }
}

function isFresh({ since, until }, now) {
  // A clock that was set back tells nothing.
  return now >= since && now < since + (until - since) * REUSE;
}

/** For uploads into the directory. */
function fetchSignature(settings, directory) {
  const route = settings.cosUrl
    ? `/v1/qc_cos/config?cos_path=${encode(directory)}`
    : `/v1/sign/cos?operation=upload&path=${encode(directory)}`;
  return ask(settings, route).then(({ answer, since, until }) => ({
    since,
    until,
    url: answer.url || settings.cosUrl.replace(/\/+$/, '') + encodePath(directory),
    header: answer.headers || { Authorization: answer.sign },
    name: answer.file_field || 'filecontent',
    formData: answer.fields || { op: 'upload' },
  }));
}

/** That shows the picture. */
function fetchAddress(settings, path) {
  return ask(settings, `/v1/sign/cos?operation=download&path=${encode(path)}`).then(({ answer, since, until }) => {
    if (!isAddress(answer.url)) throw new UploadError('signature', 'the answer has no address of a picture', {});
    return { since, until, path, url: answer.url };
  });
}

/** Asks the signing server. What counts is the length of life: the two clocks need not agree. */
function ask(settings, route) {
  return Promise.resolve()
    .then(() => (typeof settings.token === 'function' ? settings.token() : settings.token))
    .catch((error) => {
      throw new UploadError('token', `no token: ${(error && (error.errMsg || error.message)) || error}`, {});
    })
    .then((token) => {
      if (!token) throw new UploadError('token', 'no token', {});
      const header = { Authorization: `Bearer ${token}` };
      return call(settings, 'request', { url: settings.host + route, header });
    })
    .then(({ statusCode, data }) => {
      const answer = parsed(data);
      const sign = answer && answer.sign;
      if (statusCode !== 200 || typeof sign !== 'string' || !sign) throw refusedSignature(statusCode, answer, data);
      const since = settings.clock();
      const lifetime = answer.expires > answer.now ? answer.expires - answer.now : settings.lifetime;
      return { answer, since, until: since + lifetime * 1000 };
    });
}

function refusedSignature(statusCode, answer, data) {
  const said = (answer && answer.error) || {};
  const kind = { 401: 'token', 403: 'forbidden', 413: 'large', 414: 'large', 429: 'busy' }[statusCode] || 'signature';
  const message = said.message || `no signature: HTTP ${statusCode}`;
  return new UploadError(kind, message, { statusCode, reason: said.code, message_zh: said.message_zh, body: excerpt(data) });
}

/** Sends the file once. */
function send(settings, task, signature, filePath, name, report) {
  const request = {
    url: signature.url.replace(/\/+$/, '') + '/' + encode(name),
    filePath,
    name: signature.name,
    header: signature.header,
    formData: signature.formData,
  };
  return call(settings, 'uploadFile', request, (running) => {
    task.running = running;
    if (running && running.onProgressUpdate) running.onProgressUpdate(report);
  }).then(({ statusCode, data }) => picture(statusCode, data));
}

/** What the cloud's answer holds: its code decides, whatever the status, and it may be no JSON. */
function picture(statusCode, text) {
  const answer = parsed(text);
  const code = answer ? parseInt(answer.code, 10) : NaN;
  if (code === 0 && answer.data && isAddress(answer.data.source_url)) {
    return Object.assign({}, answer.data, { statusCode });
  }
  const details = { statusCode, body: excerpt(text) };
  const isBusy = statusCode > 499 || [-71, -143].indexOf(code) >= 0;
  if (Number.isNaN(code)) throw new UploadError(isBusy ? 'busy' : 'unclear', `no answer of the cloud: HTTP ${statusCode}`, details);
  details.code = code;
  if (code === 0) throw new UploadError('unclear', 'the answer has no source_url', details);
  const kind = RENEWABLE.indexOf(code) >= 0 ? 'expired' : code === -177 ? 'exists' : isBusy ? 'busy' : 'refused';
  throw new UploadError(kind, `${code} ${answer.message || ''}`.trim(), details);
}

/** What a program shows, or opens, is no script. */
const isAddress = (text) => typeof text === 'string' && /^https?:\/\//.test(text);

/** A function of the platform as a promise. */
function call(settings, name, request, started) {
  return new Promise((resolve, reject) => {
    const platform = settings.platform || wx;
    const fail = ({ errMsg } = {}) => reject(unreachable(name, request.url, String(errMsg || 'unknown')));
    const timeout = settings.timeout ? { timeout: settings.timeout } : {};
    const running = platform[name](Object.assign({}, request, timeout, { success: resolve, fail }));
    if (started) started(running);
  });
}

function unreachable(name, url, said) {
  if (!/domain list/.test(said)) return new UploadError('network', said, {});
  const [origin] = /^[^/]*\/\/[^/?#]*/.exec(url) || [url];
  return new UploadError('domain', `${said}: add ${origin} to the platform's list of domains for ${name}`, {});
}

const cancelled = () => new UploadError('cancelled', 'abort', {});

/** Progress that never goes back, and is full only after the cloud's word. */
function progress(listener) {
  let best = -1;
  let last = {};
  const report = (update) => {
    const percent = Math.min(99, Math.floor(Number(update.progress) || 0));
    if (percent <= best) return;
    best = percent;
    last = update;
    listener(Object.assign({}, update, { progress: percent }));
  };
  report.done = () => {
    listener(Object.assign({}, last, { totalBytesSent: last.totalBytesExpectedToSend, progress: 100 }));
  };
  return report;
}

function parsed(data) {
  if (data && typeof data === 'object') return data;
  try {
    const value = JSON.parse(data);
    return value && typeof value === 'object' ? value : null;
  } catch (error) {
    return null;
  }
}

function excerpt(data) {
  return (typeof data === 'string' ? data : JSON.stringify(data) || '').slice(0, 200);
}

/** With a slash at both ends: without the last one `/users/al` would stand for `/users/alice` too. */
function folder(directory) {
  const parts = String(directory || '').split('/').filter(Boolean);
  if (!parts.length || parts.some(isTrick)) throw new UploadError('name', 'the directory is empty, or what is in it cannot be shown again', {});
  return `/${parts.join('/')}/`;
}

function fileName(name) {
  const text = String(name || '');
  if (!text || /[\/]/.test(text) || isTrick(text)) throw new UploadError('name', 'the name is empty, or cannot be shown again', {});
  return text;
}

/** Of one picture: a directory and a name. */
function picturePath(path) {
  const [, directory, name] = /^(.*\/)([^/]*)$/.exec(String(path || '')) || [];
  return folder(directory) + fileName(name);
}

/** What no address is signed for: the picture could not be shown. Half of a surrogate pair cannot be encoded. */
const isTrick = (part) => /^\.$|^\.\.|%[0-9a-f]{2}|%[%u]|[\u0000-\u001f\u007f\\?*:|<>"\ud800-\udfff]/iu.test(part);

/** Temporary paths look like wxfile://tmp_1.jpg, on some systems like http://tmp/1.jpg. */
const lastPart = (filePath) => String(filePath || '').split('/').pop();

/** Percent-encoding as the service signs it: only letters, digits and -_.~ stay. */
function encode(text) {
  return encodeURIComponent(text).replace(/[!'()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

const encodePath = (path) => path.split('/').map(encode).join('/');

let common = null;

/** Sets up the uploader behind `upload`. */
function configure(options) {
  common = create(options);
}

/** Uploads with the options given to `configure`. */
function upload(request) {
  return configured().upload(request);
}

/** Makes an address with the options given to `configure`. */
function address(request) {
  return configured().address(request);
}

function configured() {
  if (!common) throw new UploadError('settings', 'call configure first', {});
  return common;
}

module.exports = { create, configure, upload, address, UploadError };
