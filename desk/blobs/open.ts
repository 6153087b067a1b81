import { existsSync } from 'node:fs';
import type { BlobStore } from './blobs.ts';
import { bucketStore } from './bucket.ts';
import type { Credentials } from './bucket-client.ts';
import { directoryStore } from './directory.ts';
import { BlobError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The store at an address: `s3://BUCKET/PREFIX`, or the path of a directory. A bucket's region, credentials and
 * endpoint are those of AWS's own tools: AWS_REGION or AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID,
 * AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL. Throws `bad-address`.
 */
export function openBlobs(address: string, env: Environment): BlobStore {
  if (!address.startsWith('s3:')) return directoryStore(directoryOf(address));
  const [, bucket = '', prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/?$/.exec(address) ?? [];
  if (bucket === '') throw new BlobError('bad-address', 'expected s3://BUCKET/PREFIX', { file: address });
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
  const endpoint = endpointOf(env, region);
  return bucketStore({ endpoint, bucket, prefix, region, credentials: credentialsOf(env, address) });
}

function directoryOf(address: string): string {
  if (address !== '' && (existsSync(address) || !/^[a-z][a-z0-9+.-]*:\/\//i.test(address))) return address;
  throw new BlobError('bad-address', 'expected a directory or s3://BUCKET/PREFIX', { file: address });
}

function endpointOf(env: Environment, region: string): string {
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? `https://s3.${region}.amazonaws.com`;
  const url = URL.parse(endpoint);
  const plain = url !== null && url.username === '' && url.password === '' && url.search === '';
  if (plain && (url.protocol === 'https:' || url.protocol === 'http:')) return endpoint;
  throw new BlobError('bad-address', 'AWS_ENDPOINT_URL is no http or https address');
}

function credentialsOf(env: Environment, address: string): Credentials {
  const required = (name: string): string => {
    const value = env[name] ?? '';
    if (value !== '') return value;
    throw new BlobError('bad-address', `a bucket needs ${name}`, { file: address });
  };
  const credentials = {
    accessKeyId: required('AWS_ACCESS_KEY_ID'),
    secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
  };
  const { AWS_SESSION_TOKEN: sessionToken = '' } = env;
  return sessionToken === '' ? credentials : { ...credentials, sessionToken };
}
