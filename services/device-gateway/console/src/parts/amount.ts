/** Typed amounts: whole minor units of a currency, or what is wrong with what was typed. */
export type Typed = { minor: number } | { wrong: 'number' | 'decimals' | 'nothing' }

const MOST = 1e13

/** Read what somebody typed: `1,280.5`, `１２８０`, `¥88`. */
export function readAmount(text: string, decimals: number): Typed {
  const plain = text.normalize('NFKC').replace(/[\s,，¥$€£]/g, '').replace('。', '.')
  if (plain === '') return { wrong: 'nothing' }
  const [, whole, rest = ''] = /^(\d*)(?:\.(\d*))?$/.exec(plain) ?? []
  if (whole === undefined || whole + rest === '') return { wrong: 'number' }
  if (rest.length > decimals) return { wrong: 'decimals' }
  const minor = Number(whole + rest.padEnd(decimals, '0'))
  return minor > MOST ? { wrong: 'number' } : { minor }
}

/** What stands in a field for an amount. */
export function typedOf(minor: number, decimals: number): string {
  return (minor / 10 ** decimals).toFixed(decimals)
}
