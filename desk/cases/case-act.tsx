/** One act of a case: a form with a real button. */
import type { ComponentChildren, JSX } from 'preact';

export interface ActProps {
  readonly id: string;
  /** Path below the case. */
  readonly act: string;
  readonly label: string;
  /** Whether it stands beside the main act of its place. */
  readonly second?: boolean;
  readonly children?: ComponentChildren;
}

export function Act({ id, act, label, second = false, children }: ActProps): JSX.Element {
  return (
    <form method="post" action={`/cases/${id}/${act}`} class="act">
      {children}
      <button type="submit" class={second ? 'second' : undefined}>
        {label}
      </button>
    </form>
  );
}

/** What is done now and then: behind its name. */
export function Fold({
  name,
  open = false,
  children,
}: {
  readonly name: string;
  /** Where something in it is wrong. */
  readonly open?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <details class="fold" open={open}>
      <summary>{name}</summary>
      {children}
    </details>
  );
}

/** A choice whose words are its values. */
export function same(value: string): { value: string; label: string } {
  return { value, label: value };
}
