/** The scanner that types at this desk: where it stands, what it puts around a code, how its keys are read. Kept in this browser. */
import { ref } from 'vue'

export interface Reader {
  desk: string
  prefix: string
  suffix: string
  /** By the places of the keys on the keyboard, or by the signs that the computer makes of them. */
  keys: 'places' | 'signs'
  end: 'Enter' | 'Tab'
}

const KEPT = 'qiantai.reader'
export const usual: Reader = { desk: 'desk-1', prefix: '', suffix: '', keys: 'places', end: 'Enter' }

function kept(): Reader {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Reader>) }
  } catch {
    return usual
  }
}

export const reader = ref<Reader>(kept())

/** Whether somebody has said at which desk this browser stands. */
export const readerIsSet = (): boolean => localStorage.getItem(KEPT) !== null

export function setReader(changed: Reader): void {
  reader.value = changed
  localStorage.setItem(KEPT, JSON.stringify(changed))
}

const AIM = /^\][A-Za-z][0-9A-Za-z]/

/** What is left of a read where the server cannot be asked. */
export function bare(text: string): string {
  const { prefix, suffix } = reader.value
  const upper = (part: string) => part.toUpperCase()
  let rest = text
  if (prefix && upper(rest).startsWith(upper(prefix))) rest = rest.slice(prefix.length)
  if (suffix && upper(rest).endsWith(upper(suffix))) rest = rest.slice(0, -suffix.length)
  return rest.replace(AIM, '').trim()
}
