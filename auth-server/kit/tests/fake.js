// A signing server and a cloud in one, as small as can be, that remembers what it was asked.

const http = require('node:http');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/** Starts it; `rules` may replace any of its answers. `dropped` comes true with a lost client. */
async function start(context, rules = {}) {
  const seen = { signatures: [], uploads: [] };
  const objects = new Map();
  let drop = null;
  const dropped = new Promise((resolve) => (drop = resolve));
  const server = http.createServer((request, response) => {
    const pieces = [];
    response.on('close', () => response.writableEnded || drop());
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => answer(request, Buffer.concat(pieces), response));
  });
  const say = (response, status, body, header = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...header });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

  function answer(request, body, response) {
    const url = new URL(request.url, 'http://fake');
    const asked = { method: request.method, target: request.url, url, headers: request.headers, body };
    if (url.pathname.startsWith('/v1/')) {
      seen.signatures.push(asked);
      const own = rules.sign && rules.sign(asked, seen.signatures.length);
      if (own) return say(response, ...own);
      const sign = `signature-${seen.signatures.length}`;
      if (url.pathname === '/v1/qc_cos/config') return say(response, 200, { sign });
      const life = { now: 1000, expires: 1060 };
      if (url.searchParams.get('operation') === 'download') {
        const address = `${fake.pictures}${encodeURI(url.searchParams.get('path'))}?sign=${sign}`;
        return say(response, 200, { sign, method: 'GET', url: address, headers: {}, fields: {}, ...life });
      }
      return say(response, 200, {
        sign,
        method: 'POST',
        url: `${fake.address}/files/v2/1250000000/examplebucket${url.searchParams.get('path')}`,
        headers: { Authorization: sign },
        fields: { op: 'upload', insertOnly: '1' },
        file_field: 'filecontent',
        ...life,
      });
    }
    asked.form = form(request.headers['content-type'], body);
    seen.uploads.push(asked);
    const own = rules.upload && rules.upload(asked, seen.uploads.length, response);
    if (own === 'silent') return undefined;
    if (own) return say(response, ...own);
    const key = decodeURIComponent(url.pathname.split('/examplebucket')[1]);
    objects.set(key, asked.form.filecontent.content);
    const source_url = `${fake.pictures}${encodeURI(key)}`;
    return say(response, 200, { code: 0, message: 'SUCCESS', request_id: 'x', data: { source_url, resource_path: key } });
  }

  const pictures = 'http://examplebucket-1250000000.cosgz.myqcloud.com';
  const fake = { seen, objects, server, dropped, pictures };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.address = `http://127.0.0.1:${server.address().port}`;
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return fake;
}

/** The parts of a multipart body by name. */
function form(type, body) {
  const parts = {};
  const [, boundary] = /^multipart\/form-data; boundary=([^"; ]+)$/.exec(type) || [];
  if (!boundary) return parts;
  const text = body.toString('latin1');
  for (const part of text.split(`--${boundary}`).slice(1, -1)) {
    const [head, ...rest] = part.slice(2, -2).split('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(head)[1];
    parts[name] = { head, content: Buffer.from(rest.join('\r\n\r\n'), 'latin1') };
  }
  return parts;
}

/** A folder with these files, gone after the test. */
function folder(context, files) {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'kit-'));
  context.after(() => fs.rmSync(place, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
    fs.writeFileSync(path.join(place, name), content);
  }
  return place;
}

module.exports = { start, folder };
