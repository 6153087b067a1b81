/** The four signals. Colour never stands alone: a tag is a word with a shape, a notice is a sentence. */
import type { ComponentChildren, JSX } from 'preact';

export type Signal = 'danger' | 'warning' | 'good' | 'quiet';

export interface SignalProps {
  readonly signal: Signal;
  readonly children: ComponentChildren;
}

export function Tag({ signal, children }: SignalProps): JSX.Element {
  return <span class={`tag tag-${signal}`}>{children}</span>;
}

export function Notice({ signal, children }: SignalProps): JSX.Element {
  return <div class={`notice notice-${signal}`}>{children}</div>;
}
