/** The form: nine questions, no account. Works without script, and keeps what was typed when something is missing. */
import type { JSX } from 'preact';
import { Area, Field, Notice, Radios } from '../ui/index.ts';
import { BOUNDS } from './report.ts';

export interface FormModel {
  /** Where reports come in by mail as well, and the fingerprint of the key to seal them with. */
  readonly byMail: { readonly address: string; readonly fingerprint: string | null } | null;
  readonly filled: Readonly<Record<string, string>>;
  /** By name of the field; under '' what is wrong with all of it. */
  readonly problems: Readonly<Record<string, string>>;
}

export function formPage({ byMail, filled, problems }: FormModel): JSX.Element {
  const field = (name: string): Filled => ({ name, value: filled[name], problem: problems[name] });
  const most = (name: keyof typeof BOUNDS): { maxLength: number } => ({ maxLength: BOUNDS[name] });
  return (
    <>
      <h1>Report a vulnerability</h1>
      <p>
        You need no account, and no name. What you write is read by the security group alone, and by those who
        have to fix it once they have agreed to keep it to themselves. You get a private link to follow it.
      </p>
      {byMail === null ? null : <Mail {...byMail} />}
      {Object.keys(problems).length === 0 ? null : (
        <Notice signal="warning">
          <p>
            {problems[''] ??
              'Something is missing. What you typed is still here; files have to be chosen again.'}
          </p>
        </Notice>
      )}
      <form method="post" action="/report" enctype="multipart/form-data" class="long">
        <Field
          {...field('where')}
          {...most('where')}
          label="Where is it?"
          hint="A distribution, a module or an address: Foo-Bar."
        />
        <Field
          {...field('versions')}
          {...most('versions')}
          required={false}
          label="In which versions?"
          hint="As far as you know: 1.00 to 1.23."
        />
        <Area
          {...field('what')}
          {...most('what')}
          label="What is it?"
          hint="A sentence is enough to begin with."
        />
        <Area
          {...field('how')}
          {...most('how')}
          required={false}
          label="How does one make it happen?"
          hint="Steps, input, configuration."
        />
        <Area
          {...field('impact')}
          {...most('impact')}
          required={false}
          label="What can somebody do with it?"
        />
        <Area
          {...field('proof')}
          {...most('proof')}
          required={false}
          label="Have you a proof?"
          hint="Code or a log. Nothing that you send is run by this desk."
        />
        <div class="field">
          <label for="files">Files</label>
          <input id="files" name="files" type="file" multiple />
          <p class="hint">At most five, ten megabytes each.</p>
        </div>
        <Area
          {...field('known')}
          {...most('known')}
          required={false}
          rows={3}
          label="Who knows of it already?"
          hint="Say also where it is public, if it is."
        />
        <Field
          {...field('wish')}
          {...most('wish')}
          required={false}
          label="When should it be public?"
          hint="A wish; the group proposes a date and gives its reason."
        />
        <Radios
          name="credit"
          legend="Do you want to be credited?"
          chosen={filled.credit ?? 'ask-later'}
          options={[
            { value: 'ask-later', label: 'Ask me later' },
            { value: 'by-name', label: 'Yes, under the name below' },
            { value: 'no', label: 'No' },
          ]}
        />
        <Field
          {...field('creditName')}
          {...most('creditName')}
          required={false}
          label="Name to be credited"
        />
        <Field
          {...field('address')}
          maxLength={254}
          required={false}
          label="Your e-mail address"
          hint="Optional. Mail to it never says what the case is about."
          autocomplete="email"
        />
        <p class="decoy" aria-hidden="true">
          <label for="website">Leave this empty</label>
          <input id="website" name="website" tabIndex={-1} autocomplete="off" />
        </p>
        <button type="submit">Send the report</button>
      </form>
    </>
  );
}

function Mail({ address, fingerprint }: NonNullable<FormModel['byMail']>): JSX.Element {
  if (fingerprint === null)
    return (
      <p>
        Or write to <a href={`mailto:${address}`}>{address}</a>; others may read mail on its way.
      </p>
    );
  return (
    <p>
      Or write to <a href={`mailto:${address}`}>{address}</a>, sealed with{' '}
      <a href="/openpgp-key.asc">our OpenPGP key</a>,{' '}
      <code>{fingerprint.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>.
    </p>
  );
}

interface Filled {
  readonly name: string;
  readonly value: string | undefined;
  readonly problem: string | undefined;
}

export interface Receipt {
  readonly reference: string;
  /** Of the reporter's page. */
  readonly link: string;
}

export function receiptPage({ reference, link }: Receipt): JSX.Element {
  return (
    <>
      <h1>Thank you. The report is here.</h1>
      <p>
        Its reference is <code>{reference}</code>. It says nothing of the report; use it when you write to the
        group.
      </p>
      <h2>Your private link</h2>
      <p>
        <a href={link}>{link}</a>
      </p>
      <p>
        Keep it: whoever has it can read what you wrote and answer in your name. It is shown once, and the
        desk cannot show it again.
      </p>
      <h2>What happens next</h2>
      <p>
        Somebody of the group reads it, asks you where something is unclear, and tells you on the page behind
        the link whether it is taken on, what is planned and until when.
      </p>
    </>
  );
}
