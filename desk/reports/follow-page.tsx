import type { JSX } from 'preact';
import { Area, Definitions, Field, Instant, instantWords, Markdown, Radios } from '../ui/index.ts';
import type { Followed } from './follow.ts';

/** The reporter's own page: state first, then what is promised, then what was said. */
export function followPage(model: Followed): JSX.Element {
  const { reference, status, promised, embargo, report, messages, open } = model;
  return (
    <>
      <h1>Your report {reference}</h1>
      <p class="lead">{status}</p>
      <Definitions
        items={[
          ['Received', <Instant key="at" at={model.receivedAt} />],
          ...(promised === null
            ? []
            : [[`${promised.what}, by`, <Instant key="until" at={promised.until} />] as const]),
          ...(embargo === null
            ? []
            : [['Please keep it to yourself until', <Instant key="end" at={embargo.end} />] as const]),
        ]}
      />
      {embargo?.asks === true && open ? <Accept end={embargo.end} /> : null}
      {report === '' ? null : (
        <details>
          <summary>What you reported</summary>
          <Markdown text={report} typed />
        </details>
      )}
      <h2>Messages</h2>
      {messages.length === 0 ? <p>None yet.</p> : <ol class="thread">{messages.map(message)}</ol>}
      {open ? <Writing /> : null}
      <h2>Files</h2>
      <FileList {...model} />
      {model.over ? (
        <p>
          <a href="/my-report/dispute">Object to what was published or decided</a>
        </p>
      ) : null}
      <p>
        <a href="/my-report/key">Have letters to you encrypted</a>
      </p>
      {model.mayCredit ? <Credit {...model} /> : null}
      {open ? <Withdraw /> : null}
    </>
  );
}

function Accept({ end }: { readonly end: string }): JSX.Element {
  return (
    <form method="post" action="/my-report/accept">
      <p>
        The end has moved. I keep it to myself until {instantWords(end)}, or until the group says that it
        ended.
      </p>
      <button type="submit">I accept it anew</button>
    </form>
  );
}

function message({ at, own, text }: Followed['messages'][number]): JSX.Element {
  return (
    <li key={at} class="said">
      <p class="quiet small">
        {own ? 'You' : 'The security group'}, <Instant at={at} />
      </p>
      <Markdown text={text} typed />
    </li>
  );
}

function Writing(): JSX.Element {
  return (
    <form method="post" action="/my-report/message">
      <Area name="text" label="Write to the group" maxLength={20_000} />
      <button type="submit">Send</button>
    </form>
  );
}

function FileList({ files, open }: Followed): JSX.Element {
  return (
    <>
      {files.length === 0 ? (
        <p>None.</p>
      ) : (
        <ul>
          {files.map(({ id, name, size }) => (
            <li key={id}>
              <a href={`/my-report/files/${id}`}>{name}</a> <span class="quiet small">{size} bytes</span>
            </li>
          ))}
        </ul>
      )}
      {open ? (
        <form method="post" action="/my-report/files" enctype="multipart/form-data">
          <div class="field">
            <label for="file">Add a file</label>
            <input id="file" name="file" type="file" required />
          </div>
          <button type="submit">Upload</button>
        </form>
      ) : null}
    </>
  );
}

function Credit({ credit, creditName }: Followed): JSX.Element {
  return (
    <>
      <h2>Credit</h2>
      <form method="post" action="/my-report/credit">
        <Radios
          name="credit"
          legend="Do you want to be credited?"
          chosen={credit}
          options={[
            { value: 'ask-later', label: 'Ask me later' },
            { value: 'by-name', label: 'Yes, under this name' },
            { value: 'no', label: 'No' },
          ]}
        />
        <Field name="creditName" label="Name" value={creditName} required={false} maxLength={120} />
        <button type="submit">Keep this</button>
      </form>
    </>
  );
}

function Withdraw(): JSX.Element {
  return (
    <details>
      <summary>Withdraw the report</summary>
      <form method="post" action="/my-report/withdraw">
        <p>The case is closed. What you wrote stays with the group until it is erased.</p>
        <button type="submit">Withdraw it</button>
      </form>
    </details>
  );
}
