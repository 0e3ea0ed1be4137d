// wx.request and wx.uploadFile for Node 18 and later, to run a mini-program's code without the
// platform. It does as the platform does where that is documented: every HTTP status is a success,
// an answer to uploadFile is text, fail comes with an errMsg, complete comes after either, the
// content type is JSON if nothing is said, and the referer is the platform's own.
// It does not follow redirects and does not limit the number of connections.

const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');

const TYPES = { '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.png': 'image/png', '.gif': 'image/gif', '.webp': 'image/webp' };
const CHUNK = 64 * 1024;
const TIMEOUT = 60000;
/** A program may not set it. */
const REFERER = 'https://servicewechat.com/wx0000000000000000/0/page-frame.html';

/**
 * Makes a `wx`. Options:
 *   temporaryFolder  where wxfile://… and http://tmp/… point
 *   chosen           file paths that wx.chooseImage answers
 *   storage          what wx.getStorageSync finds
 *   domains          allowed host names, as on the platform's lists; without it all are
 *   addresses        { 'gz.file.myqcloud.com': 'http://127.0.0.1:9080' }: where a host is in truth
 */
function createWx(options = {}) {
  const storage = new Map(Object.entries(options.storage || {}));
  return {
    request: (parameters) => request(options, parameters),
    uploadFile: (parameters) => uploadFile(options, parameters),
    chooseImage: (parameters = {}) => chooseImage(options, parameters),
    getStorageSync: (key) => (storage.has(key) ? storage.get(key) : ''),
    setStorageSync: (key, value) => void storage.set(key, value),
  };
}

function request(options, parameters) {
  const call = begin('request', parameters, { url: 'String' });
  if (!call.isOpen()) return call.task;
  const method = (parameters.method || 'GET').toUpperCase();
  const header = lowerCased(parameters.header);
  header['content-type'] = header['content-type'] || 'application/json';
  let address = parameters.url;
  let body = '';
  if (method === 'GET' || method === 'HEAD') {
    const query = form(parameters.data);
    if (query) address += (address.includes('?') ? '&' : '?') + query;
  } else {
    body = written(parameters.data, header['content-type']);
    header['content-length'] = Buffer.byteLength(body);
  }
  const outgoing = dial(options, call, address, method, header);
  if (!outgoing) return call.task;
  receive(call, outgoing, (answer, bytes) => ({
    data: read(bytes, parameters),
    statusCode: answer.statusCode,
    header: joined(answer.headers),
    cookies: answer.headers['set-cookie'] || [],
  }));
  outgoing.end(body);
  return call.task;
}

function uploadFile(options, parameters) {
  const call = begin('uploadFile', parameters, { url: 'String', filePath: 'String', name: 'String' });
  if (!call.isOpen()) return call.task;
  const file = located(options, parameters.filePath);
  fs.stat(file, (missing, stat) => {
    if (!call.isOpen()) return;
    if (missing || !stat.isFile()) return call.fail('file not found');
    const boundary = `----wx${crypto.randomBytes(12).toString('hex')}`;
    const [head, tail] = frame(boundary, parameters, path.basename(file));
    const header = lowerCased(parameters.header);
    header['content-type'] = `multipart/form-data; boundary=${boundary}`;
    header['content-length'] = head.length + stat.size + tail.length;
    const outgoing = dial(options, call, parameters.url, 'POST', header);
    if (!outgoing) return;
    receive(call, outgoing, (answer, bytes) => ({
      data: bytes.toString('utf8'),
      statusCode: answer.statusCode,
      header: joined(answer.headers),
    }));
    pump(call, outgoing, { head, tail, file, total: header['content-length'] });
  });
  return call.task;
}

function chooseImage(options, parameters) {
  const { chosen } = options;
  const call = begin('chooseImage', parameters, {});
  setImmediate(() => {
    if (!chosen || !chosen.length) return call.fail('cancel');
    const tempFilePaths = chosen.slice(0, parameters.count || 9);
    const tempFiles = tempFilePaths.map((file) => ({ path: file, size: sizeOf(located(options, file)) }));
    return call.succeed({ tempFilePaths, tempFiles });
  });
}

/** One call: settled once, always later than the function that began it returns. */
function begin(name, parameters = {}, required) {
  let open = true;
  let timer = null;
  let outgoing = null;
  const listeners = { progress: new Set(), headers: new Set() };
  const settle = (callback, outcome) => {
    if (!open) return;
    open = false;
    clearTimeout(timer);
    setImmediate(() => {
      if (parameters[callback]) parameters[callback](outcome);
      if (parameters.complete) parameters.complete(outcome);
    });
  };
  const call = {
    isOpen: () => open,
    succeed: (outcome) => settle('success', { ...outcome, errMsg: `${name}:ok` }),
    fail: (reason) => {
      settle('fail', { errMsg: `${name}:fail ${reason}` });
      if (outgoing) outgoing.destroy();
    },
    carry: (sent) => {
      outgoing = sent;
      timer = setTimeout(() => call.fail('timeout'), parameters.timeout || TIMEOUT);
    },
    tell: (event, value) => open && listeners[event].forEach((listener) => listener(value)),
    task: {
      abort: () => call.fail('abort'),
      onHeadersReceived: (listener) => void listeners.headers.add(listener),
      offHeadersReceived: (listener) => remove(listeners.headers, listener),
    },
  };
  if (name === 'uploadFile') {
    call.task.onProgressUpdate = (listener) => void listeners.progress.add(listener);
    call.task.offProgressUpdate = (listener) => remove(listeners.progress, listener);
  }
  for (const [field, type] of Object.entries(required)) {
    const found = typeof parameters[field];
    if (found === 'string') continue;
    const given = found[0].toUpperCase() + found.slice(1);
    call.fail(`parameter error: parameter.${field} should be ${type} instead of ${given};`);
  }
  return call;
}

function remove(listeners, listener) {
  if (listener) listeners.delete(listener);
  else listeners.clear();
}

/** Opens the connection, if the platform would. */
function dial({ domains, addresses = {} }, call, address, method, header) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return call.fail(`invalid url "${address}"`);
  }
  if (!/^https?:$/.test(url.protocol)) return call.fail(`invalid url "${address}"`);
  if (domains && !domains.includes(url.hostname)) return call.fail('url not in domain list');
  const target = addresses[url.hostname] ? new URL(addresses[url.hostname]) : url;
  // The path goes out as it was written: the parser would resolve dots and encode signs.
  const [, rest = ''] = /^[^:]+:\/\/[^/?#]*([^#]*)/.exec(address);
  const outgoing = (target.protocol === 'https:' ? https : http).request({
    host: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port || undefined,
    servername: url.hostname,
    method,
    path: rest.startsWith('/') ? rest.replace(/[^!-~]/gu, encodeURIComponent) : `/${rest}`,
    headers: { host: url.host, 'user-agent': 'MicroMessenger (shim)', ...header, referer: REFERER },
    agent: false,
  });
  call.carry(outgoing);
  return outgoing;
}

function receive(call, outgoing, outcome) {
  outgoing.on('error', (error) => call.fail(error.message));
  outgoing.on('response', (answer) => {
    call.tell('headers', { header: joined(answer.headers) });
    const pieces = [];
    answer.on('data', (piece) => pieces.push(piece));
    answer.on('error', (error) => call.fail(error.message));
    answer.on('end', () => {
      call.succeed(outcome(answer, Buffer.concat(pieces)));
      // An early answer ends the upload.
      if (!outgoing.writableFinished) outgoing.destroy();
    });
  });
}

/** What comes before the file and after it: the fields first, the file last. */
function frame(boundary, { formData = {}, name }, file) {
  const quoted = (text) => String(text).replace(/"/g, '%22').replace(/\r?\n/g, '%0D%0A');
  const fields = Object.entries(formData).map(([field, value]) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(field)}"\r\n\r\n${value}\r\n`);
  const type = TYPES[path.extname(file).toLowerCase()] || 'application/octet-stream';
  const disposition = `form-data; name="${quoted(name)}"; filename="${quoted(file)}"`;
  const head = `${fields.join('')}--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${type}\r\n\r\n`;
  return [Buffer.from(head), Buffer.from(`\r\n--${boundary}--\r\n`)];
}

/** Writes the form, as fast as the peer takes it, and tells each new percent. */
function pump(call, outgoing, { head, tail, file, total }) {
  let sent = 0;
  let percent = -1;
  const count = (length) => () => {
    sent += length;
    const progress = Math.floor((sent / total) * 100);
    if (progress === percent) return;
    percent = progress;
    call.tell('progress', { progress, totalBytesSent: sent, totalBytesExpectedToSend: total });
  };
  const stream = fs.createReadStream(file, { highWaterMark: CHUNK });
  outgoing.write(head, count(head.length));
  stream.on('data', (piece) => {
    if (!outgoing.write(piece, count(piece.length))) stream.pause();
  });
  outgoing.on('drain', () => stream.resume());
  outgoing.on('close', () => stream.destroy());
  stream.on('error', (error) => call.fail(error.message));
  stream.on('end', () => outgoing.end(tail, count(tail.length)));
}

function located({ temporaryFolder = '.' }, filePath) {
  const [, name] = /^(?:wxfile:\/\/|http:\/\/tmp\/)(.*)$/.exec(filePath) || [];
  return name === undefined ? filePath : path.join(temporaryFolder, name);
}

const sizeOf = (file) => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function read(bytes, { dataType = 'json', responseType = 'text' }) {
  if (responseType === 'arraybuffer') return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const text = bytes.toString('utf8');
  if (dataType !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch {
    // As the platform: what is no JSON stays text.
    return text;
  }
}

function written(data, type) {
  if (data === undefined || data === null) return '';
  if (typeof data !== 'object') return String(data);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return type.startsWith('application/x-www-form-urlencoded') ? form(data) : JSON.stringify(data);
}

function form(data) {
  if (!data || typeof data !== 'object') return data ? String(data) : '';
  return Object.entries(data).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
}

function lowerCased(header = {}) {
  return Object.fromEntries(Object.entries(header).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function joined(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]));
}

module.exports = { createWx };
