/**
 * An S3 server for tests: one bucket in memory, spoken to in path style. It checks every request's signature
 * (AWS Signature Version 4, header form) by making the canonical request anew, honours If-None-Match and If-Match,
 * copies, lists in pages and deletes; and it fails when told to.
 */
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3 {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Objects by name. */
  readonly objects: Map<string, StoredObject>;
  /** How the next requests go wrong, one each; null for one that does not. */
  readonly faults: (Fault | null)[];
  /** Method and target of every request that came. */
  readonly requests: string[];
  close(): Promise<void>;
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/**
 * A status with an error, a connection cut before the work, an answer cut short, an answer lost after the work was
 * done, or none at all.
 */
export type Fault = number | 'cut' | 'short' | 'lost' | 'silent';

const REGION = 'test-1';
const BUCKET = 'published';
const PAGE = 7;
const MAX_SKEW = 15 * 60 * 1000;

export async function s3Server(): Promise<S3> {
  const objects = new Map<string, StoredObject>();
  const faults: (Fault | null)[] = [];
  const requests: string[] = [];
  const credentials = { accessKeyId: 'TESTKEY', secretAccessKey: 'test/secret+key' };
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const fault = faults.shift();
    answer({ request, response, objects, credentials }, fault).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: BUCKET,
    region: REGION,
    credentials,
    objects,
    faults,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly objects: Map<string, StoredObject>;
  readonly credentials: S3['credentials'];
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

async function answer(exchange: Exchange, fault: Fault | null | undefined): Promise<void> {
  const { request, response } = exchange;
  const body = await bodyOf(request);
  if (fault === 'cut') return void response.destroy();
  if (fault === 'silent') return;
  const {
    status,
    headers,
    body: text = '',
  } = typeof fault === 'number' ? failure(fault, 'InternalError') : reply(exchange, body);
  if (fault === 'lost') return void response.destroy();
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'content-length': bytes.length }) });
  if (fault !== 'short') return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length >> 1));
  setTimeout(() => response.destroy(), 5);
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

function reply(exchange: Exchange, body: Uint8Array): Reply {
  const { request, objects } = exchange;
  const url = new URL(request.url ?? '/', 'http://bucket');
  const wrong = signatureFault(exchange, url, body);
  if (wrong !== null) return failure(403, wrong);
  const [, bucket = '', ...parts] = url.pathname.split('/');
  if (bucket !== BUCKET) return failure(404, 'NoSuchBucket');
  const name = decodeURIComponent(parts.join('/'));
  if (name === '') return request.method === 'GET' ? list(objects, url) : failure(405, 'MethodNotAllowed');
  if (request.method === 'GET') return read(objects, name);
  if (request.method === 'DELETE') {
    objects.delete(name);
    return { status: 204 };
  }
  if (request.method !== 'PUT') return failure(405, 'MethodNotAllowed');
  return request.headers['x-amz-copy-source'] === undefined
    ? put(exchange, name, body)
    : copy(exchange, name);
}

function read(objects: Exchange['objects'], name: string): Reply {
  const object = objects.get(name);
  if (object === undefined) return failure(404, 'NoSuchKey');
  return {
    status: 200,
    headers: { etag: etagOf(object), 'content-type': object.mediaType },
    body: object.bytes,
  };
}

function put({ request, objects }: Exchange, name: string, bytes: Uint8Array): Reply {
  const old = objects.get(name);
  const { 'if-none-match': none, 'if-match': match } = request.headers;
  if (none !== undefined && none !== '*') return failure(501, 'NotImplemented');
  if (none === '*' && old !== undefined) return failure(412, 'PreconditionFailed');
  if (match !== undefined && old === undefined) return failure(404, 'NoSuchKey');
  if (match !== undefined && old !== undefined && match !== etagOf(old))
    return failure(412, 'PreconditionFailed');
  const object = { bytes, mediaType: request.headers['content-type'] ?? '' };
  objects.set(name, object);
  return { status: 200, headers: { etag: etagOf(object) } };
}

function copy({ request, objects }: Exchange, name: string): Reply {
  const { 'x-amz-copy-source': source = '', 'x-amz-metadata-directive': directive } = request.headers;
  const from = decodeURIComponent(String(source)).replace(`/${BUCKET}/`, '');
  const object = objects.get(from);
  if (object === undefined) return failure(404, 'NoSuchKey');
  const mediaType = directive === 'REPLACE' ? (request.headers['content-type'] ?? '') : object.mediaType;
  objects.set(name, { bytes: object.bytes, mediaType });
  return {
    status: 200,
    body: `<CopyObjectResult><ETag>${xml(etagOf(object))}</ETag></CopyObjectResult>`,
  };
}

function list(objects: Exchange['objects'], { searchParams }: URL): Reply {
  const from = searchParams.get('continuation-token') ?? searchParams.get('start-after') ?? '';
  const prefix = searchParams.get('prefix') ?? '';
  const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > from).sort();
  const page = names.slice(0, PAGE);
  const contents = page.map(
    (name) =>
      `<Contents><Key>${xml(name)}</Key><Size>${objects.get(name)?.bytes.length ?? 0}</Size></Contents>`,
  );
  const more = names.length > PAGE;
  const next = more ? `<NextContinuationToken>${xml(page.at(-1) ?? '')}</NextContinuationToken>` : '';
  return {
    status: 200,
    body: `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
  };
}

function failure(status: number, code: string): Reply {
  return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code></Error>` };
}

function etagOf({ bytes }: StoredObject): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function xml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** What is wrong with the signature, as S3 names it; null when it stands. */
function signatureFault({ request, credentials }: Exchange, url: URL, body: Uint8Array): string | null {
  const found = AUTHORIZATION.exec(request.headers.authorization ?? '');
  if (found === null) return 'AccessDenied';
  const [, id, day = '', region = '', names = '', signature] = found;
  if (id !== credentials.accessKeyId) return 'InvalidAccessKeyId';
  const { 'x-amz-date': at = '', 'x-amz-content-sha256': digest = '' } = request.headers;
  if (region !== REGION || !String(at).startsWith(day)) return 'AuthorizationHeaderMalformed';
  if (Math.abs(Date.now() - instantOf(String(at))) > MAX_SKEW) return 'RequestTimeTooSkewed';
  if (digest !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  if (!mustBeSigned(request).every((name) => names.split(';').includes(name))) return 'AccessDenied';
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${at}\n${scope}\n${sha256(canonicalRequest(request, url, names, String(digest)))}`;
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  );
  return hmac(key, text).toString('hex') === signature ? null : 'SignatureDoesNotMatch';
}

/** The host and every `x-amz-` header. */
function mustBeSigned({ headers }: IncomingMessage): string[] {
  return ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function canonicalRequest(request: IncomingMessage, url: URL, names: string, digest: string): string {
  const path = url.pathname
    .split('/')
    .map((part) => strict(decodeURIComponent(part)))
    .join('/');
  const query = [...url.searchParams]
    .map(([name, value]) => `${strict(name)}=${strict(value)}`)
    .sort()
    .join('&');
  const headers = names.split(';').map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/\s+/g, ' ')}\n`,
  );
  return [request.method, path, query, headers.join(''), names, digest].join('\n');
}

function strict(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function instantOf(at: string): number {
  return Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
