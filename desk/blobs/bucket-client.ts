/** Requests to a bucket: signed (AWS Signature Version 4), bounded in size and time, and made again where that may help. */
import { setTimeout as wait } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { decodeLatin1, quoteFound } from 'cpansec/base';
import { MAX_BLOB } from './blobs.ts';
import { member } from './bucket-listing.ts';
import { BlobError } from './errors.ts';

export interface BucketOptions {
  /** `https://s3.example.org`, without bucket. */
  readonly endpoint: string;
  readonly bucket: string;
  /** What every object's name begins with, without a slash at its end; may be empty. */
  readonly prefix: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** How often a request is made before it fails. Default 5. */
  readonly tries?: number;
  /** Milliseconds for one request. Default 60,000. */
  readonly timeout?: number;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Ask {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Named in errors. */
  readonly key: string;
  /** Empty for the bucket itself. */
  readonly object: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly bytes: Uint8Array;
  /** `NoSuchKey`, where the answer is an error. */
  readonly code: string | null;
  /** How often it was asked. */
  readonly tries: number;
}

/** First wait before a second try, in milliseconds; it doubles. */
const FIRST_WAIT = 50;
/** An error that is longer is not read. */
const MAX_ERROR = 64 * 1024;
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export class BucketClient {
  readonly bucket: string;
  readonly #options: BucketOptions;

  constructor(options: BucketOptions) {
    this.bucket = options.bucket;
    this.#options = options;
  }

  /** Whatever the bucket answers but a failure that may pass. Throws `no-connection`, `too-large`. */
  async ask(request: Ask): Promise<Answer> {
    const { tries: limit = 5 } = this.#options;
    for (let tries = 1; ; tries++) {
      const answer = await this.#once(request, tries);
      const passing = answer instanceof BlobError ? answer.code === 'no-connection' : mayPass(answer);
      if (passing && tries < limit) {
        await wait(FIRST_WAIT * 2 ** (tries - 1) * (0.5 + Math.random()));
        continue;
      }
      if (answer instanceof BlobError) throw answer;
      return answer;
    }
  }

  async #once(request: Ask, tries: number): Promise<Answer | BlobError> {
    const { timeout = 60_000 } = this.#options;
    const { url, headers } = await this.#signed(request);
    try {
      const response = await fetch(url, {
        method: request.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
        ...(request.body === undefined ? {} : { body: new Uint8Array(request.body) }),
      });
      return await answerOf(response, request, tries);
    } catch (error) {
      if (error instanceof BlobError) return error;
      return new BlobError('no-connection', `no answer: ${reasonOf(error)}`, { file: request.key });
    }
  }

  async #signed({
    method,
    object,
    query = {},
    headers = {},
    body,
  }: Ask): Promise<{ url: URL; headers: Headers }> {
    const { endpoint, bucket, region, credentials } = this.#options;
    const path = [bucket, ...object.split('/')].map(encodeURIComponent).join('/');
    const url = new URL(`${endpoint.replace(/\/+$/, '')}/${object === '' ? bucket : path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const digest: Record<string, string> = body === undefined ? { 'x-amz-content-sha256': EMPTY_SHA256 } : {};
    const signer = new AwsV4Signer({
      ...credentials,
      method,
      url: url.href,
      headers: { ...digest, ...headers },
      service: 's3',
      region,
    });
    return signer.sign();
  }
}

/** 409 is another conditional put of the same object at the same time. */
function mayPass({ status }: Answer): boolean {
  return status >= 500 || status === 429 || status === 409;
}

async function answerOf(response: Response, { key, object }: Ask, tries: number): Promise<Answer> {
  const { status, headers } = response;
  const isBlob = status === 200 && object !== '';
  const bytes = await bounded(response, isBlob ? MAX_BLOB : MAX_BLOB >> 4, key);
  const isXml = !isBlob || headers.get('etag') === null;
  const text = isXml && bytes.length <= MAX_ERROR ? decodeLatin1(bytes) : '';
  const code = text.includes('<Error>') ? (member(text, 'Code') ?? 'Error') : null;
  return { status, etag: headers.get('etag'), bytes, code, tries };
}

async function bounded(response: Response, limit: number, key: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > limit) throw new BlobError('too-large', `more than ${limit} bytes`, { file: key });
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** `ECONNREFUSED`, `TimeoutError`: never the request, which holds a signature. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.name;
  return error.name;
}

/** The bucket's refusal as an error. Of what it says only its code is told, as it may quote the request. */
export function refusal({ status, code, tries }: Answer, action: string, key: string): BlobError {
  const words = code === null ? `status ${status}` : `status ${status}, ${quoteFound(code)}`;
  const often = tries > 1 ? ` ${tries} times` : '';
  const ours =
    status === 401 || status === 403
      ? 'not-permitted'
      : status === 404
        ? 'not-found'
        : status === 507
          ? 'full'
          : status >= 500 || status === 429
            ? 'no-connection'
            : 'failed';
  return new BlobError(ours, `cannot ${action}: the bucket answers ${words}${often}`, { file: key });
}
