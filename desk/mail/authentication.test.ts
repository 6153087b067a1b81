import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { dkimSign } from 'mailauth';
import { eml, read, textOf } from '../../test/mail.ts';
import type { Envelope, Resolver } from './index.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const record = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

const ZONE: Readonly<Record<string, readonly string[]>> = {
  'TXT s1._domainkey.example.org': [`v=DKIM1; k=rsa; p=${record}`],
  'TXT _dmarc.example.org': ['v=DMARC1; p=reject'],
  'TXT example.org': ['v=spf1 ip4:192.0.2.7 -all'],
};

const zone: Resolver = async (name, type) => {
  const found = ZONE[`${type} ${name}`];
  if (found === undefined) throw Object.assign(new Error(`no ${type} of ${name}`), { code: 'ENOTFOUND' });
  return found.map((text) => [text]);
};

const MAIL = eml(
  'From: a@example.org',
  'To: desk@example.org',
  'Subject: s',
  'Date: Sun, 22 Nov 2026 06:00:00 +0000',
  ['text'],
);

async function signed(signingDomain = 'example.org'): Promise<string> {
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const signer = { signingDomain, selector: 's1', privateKey: key };
  const { signatures } = await dkimSign(Buffer.from(MAIL), {
    ...signer,
    signatureData: [signer],
  });
  return signatures + textOf(MAIL);
}

const envelope = (address: string): Envelope => ({
  from: 'a@example.org',
  to: ['desk@example.org'],
  address,
});

test('what a domain vouches for is recorded', async () => {
  const mail = await signed();
  const pass = { domain: 'example.org', result: 'pass' };
  const fail = { domain: 'example.org', result: 'fail' };
  const cases: [what: string, mail: string, envelope: Envelope | undefined, expected: object][] = [
    ['signed', mail, undefined, { dkim: [pass], dmarc: pass, spf: null }],
    ['signed, from its server', mail, envelope('192.0.2.7'), { dkim: [pass], dmarc: pass, spf: pass }],
    [
      'not signed, from elsewhere',
      textOf(MAIL),
      envelope('203.0.113.9'),
      { dkim: [], dmarc: fail, spf: fail },
    ],
    [
      'not signed, from its server',
      textOf(MAIL),
      envelope('192.0.2.7'),
      { dkim: [], dmarc: pass, spf: pass },
    ],
    [
      'another From',
      mail.replace('From: a@', 'From: b@'),
      undefined,
      { dkim: [fail], dmarc: fail, spf: null },
    ],
  ];
  for (const [what, bytes, given, expected] of cases) {
    const { authentication } = await read(bytes, {
      resolver: zone,
      ...(given === undefined ? {} : { envelope: given }),
    });
    assert.deepEqual(
      { ...authentication, dkim: authentication.dkim.filter(({ result }) => result !== 'none') },
      expected,
      what,
    );
  }
});

test('a DNS that does not answer, or too many signatures, leave it open', async () => {
  const mail = await signed();
  const silent: Resolver = () => new Promise(() => {});
  const late = await read(mail, { resolver: silent, limits: { dnsTime: 50 } });
  assert.deepEqual(
    late.authentication.dkim.map(({ result }) => result),
    ['temperror'],
  );
  const [signature = ''] = mail.split('From: ');
  let asked = 0;
  const counting: Resolver = (name, type) => {
    asked++;
    return zone(name, type);
  };
  const many = await read(signature.repeat(9) + mail, { resolver: counting });
  assert.deepEqual(many.problems, ['not-authenticated']);
  assert.equal(asked, 0);
});
