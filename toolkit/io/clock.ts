/** The time now. What needs it takes it as an argument, so that the same input gives the same output. */
export function now(): Date {
  return new Date();
}
