/** How long the long loops run: seconds in `npm test`, the size in `npm run soak`. */
export const soaking: boolean = process.env.CPANSEC_SOAK === '1';

/** The number of rounds for this run. */
export function rounds(quick: number, soak: number): number {
  return soaking ? soak : quick;
}

/** One seed for every random test of this run, printed when drawn, so that a failure can be had again. */
export const seed: number = Number(process.env.CPANSEC_SEED ?? Math.floor(Math.random() * 2 ** 31));
if (process.env.CPANSEC_SEED === undefined) {
  console.log(`seed ${seed} (CPANSEC_SEED=${seed} runs the same again)`);
}
