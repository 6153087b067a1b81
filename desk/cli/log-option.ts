/** The option that says which transparency log. */
import type { Option, Typed } from 'cpansec/terminal';
import { usage } from 'cpansec/terminal';
import { type LogConfig, readLogConfig } from '../transparency/index.ts';

export const LOG_OPTION: Option = {
  name: 'log',
  value: 'FILE',
  help: 'the transparency log: its configuration (docs/formats/log.md)',
};

export function logOf(typed: Typed): LogConfig {
  const file = typed.value('log');
  if (file === undefined) throw usage('--log is missing', 'examples/log/log.json is a configuration');
  return readLogConfig(file);
}
