/** Where a key of a role is, in one line: a file, a token or an agent. */
import type { TufSigner } from 'cpansec/tuf';
import type { Environment } from '../blobs/index.ts';
import { keyFileSigner } from './key-file.ts';
import { pkcs11Signer } from './pkcs11.ts';
import { agentSigner } from './ssh-agent.ts';

/** `SHA256:…` is a key of the ssh-agent, `pkcs11:…` one of a token, all else a file. Throws `key`, `token`, `agent`. */
export async function openTufSigner(place: string, env: Environment): Promise<TufSigner> {
  if (place.startsWith('SHA256:')) return agentSigner(place, env.SSH_AUTH_SOCK);
  return place.startsWith('pkcs11:') ? pkcs11Signer(place, env) : keyFileSigner(place);
}
