/** A passkey in software, for tests: it signs what it is told to, right or wrong (WebAuthn 3, 6.1 and 6.5). */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Lies {
  /** Of the page that asks. */
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly counter?: number;
  readonly userHandle?: string;
  /** Without a finger or a code. */
  readonly unverified?: boolean;
  /** Of another passkey. */
  readonly id?: string;
}

interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id?: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

export class Authenticator {
  readonly id: string = randomBytes(32).toString('base64url');
  readonly #origin: string;
  readonly #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  #counter = 0;
  #userHandle = 'bm9ib2R5';

  constructor(origin: string) {
    this.#origin = origin;
    this.#keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  /** What `navigator.credentials.create` gives, as JSON. */
  make(json: string, lies: Lies = {}): object {
    const options = JSON.parse(json) as Options;
    this.#userHandle = options.user?.id ?? '';
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, id, this.#coseKey()]);
    const data = Buffer.concat([this.#authData(options, ATTESTED, lies), credential]);
    const attestation = Buffer.concat([
      // {fmt: 'none', attStmt: {}, authData: bytes}
      Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
      Buffer.from([0x59, data.length >> 8, data.length & 0xff]),
      data,
    ]);
    return this.#answer(lies, {
      clientDataJSON: this.#clientData('webauthn.create', options, lies).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** What `navigator.credentials.get` gives, as JSON. */
  use(json: string, lies: Lies = {}): object {
    const options = JSON.parse(json) as Options;
    this.#counter += 1;
    const data = this.#authData(options, 0, lies);
    const client = this.#clientData('webauthn.get', options, lies);
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    return this.#answer(lies, {
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', signed, this.#keys.privateKey).toString('base64url'),
      // Left out where the authenticator names nobody.
      userHandle: (lies.userHandle ?? this.#userHandle) || undefined,
    });
  }

  #answer({ id = this.id }: Lies, response: object): object {
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #clientData(type: string, { challenge }: Options, lies: Lies): Buffer {
    const origin = lies.origin ?? this.#origin;
    return Buffer.from(
      JSON.stringify({ type, challenge: lies.challenge ?? challenge, origin, crossOrigin: false }),
    );
  }

  #authData({ rp, rpId }: Options, flags: number, lies: Lies): Buffer {
    const id = lies.rpId ?? rp?.id ?? rpId ?? '';
    const rest = Buffer.alloc(5);
    rest[0] = PRESENT | (lies.unverified === true ? 0 : VERIFIED) | flags;
    rest.writeUInt32BE(lies.counter ?? this.#counter, 1);
    return Buffer.concat([createHash('sha256').update(id).digest(), rest]);
  }

  /** EC2, ES256, P-256. */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const [head, middle] = [Buffer.from('a5010203262001215820', 'hex'), Buffer.from('225820', 'hex')];
    return Buffer.concat([head, Buffer.from(x, 'base64url'), middle, Buffer.from(y, 'base64url')]);
  }
}
