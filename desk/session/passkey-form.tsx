import type { ComponentChildren, JSX } from 'preact';

/** The script that every page with such a form loads. */
export const PASSKEY_SCRIPTS: readonly string[] = ['passkey.js'];

export interface PasskeyFormProps {
  /** Whether a passkey is made or used. */
  readonly act: 'make' | 'use';
  /** Where the answer goes; the ceremony begins at `…/options`. */
  readonly action: string;
  readonly button: string;
  readonly next?: string;
  readonly children?: ComponentChildren;
}

/** A form that script submits with a passkey. Without script it says so. */
export function PasskeyForm({ act, action, button, next, children }: PasskeyFormProps): JSX.Element {
  return (
    <div data-passkey={act}>
      <p class="notice notice-warning">
        A passkey is asked for by a few lines of script, and this browser did not run them. Allow script for
        this site, then load the page again.
      </p>
      <form method="post" action={action} hidden>
        {children}
        {next === undefined ? null : <input type="hidden" name="next" value={next} />}
        <button type="submit">{button}</button>
      </form>
      <p class="problem" role="alert" />
    </div>
  );
}
