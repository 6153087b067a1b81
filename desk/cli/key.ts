import { now } from 'cpansec/io';
import { type Command, EXIT, facts, usage } from 'cpansec/terminal';
import { generateKey, keyFileSigner, SigningError } from '../signing/index.ts';

export const keyCommand: Command = {
  name: 'key',
  summary: 'make a key to sign with',
  operands: 'FILE',
  description: `Makes an OpenPGP key (Ed25519) in a new file that only you can read, and prints its
fingerprint. It has no passphrase: keep it where only the publisher runs, or use a key
of gpg and its agent instead.`,
  options: [
    { name: 'name', value: 'NAME', help: 'whose key it is' },
    { name: 'email', value: 'ADDRESS', help: 'their address' },
  ],
  examples: [
    ['cpansec-desk key publisher.key --name "Example Group" --email security@example.org', 'a new key'],
  ],
  async run(typed, terminal) {
    const [file, ...more] = typed.operands;
    const [name, email] = [typed.value('name'), typed.value('email')];
    if (file === undefined || more.length > 0) throw usage('key takes one file');
    if (name === undefined || email === undefined) throw usage('a key needs --name and --email');
    try {
      // Clocks differ: a signature of the next second must not be older than its key.
      await generateKey(file, name, email, new Date(now().getTime() - 1000).toISOString());
      terminal.out(facts([['fingerprint', (await keyFileSigner(file)).fingerprint]]));
    } catch (cause) {
      if (cause instanceof SigningError) throw usage(cause.message);
      throw cause;
    }
    return EXIT.clean;
  },
};
