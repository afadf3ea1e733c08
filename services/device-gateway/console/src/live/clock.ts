/** The moment, shared by everything that runs with it: one timer for the whole page. */
import { readonly, ref } from 'vue'

const ticking = ref(Date.now())
export const now = readonly(ticking)

setInterval(() => { ticking.value = Date.now() }, 1000)

const formats = new Map<string, Intl.DateTimeFormat>()

/** How a language writes times; each is made once, for making one takes longer than a card. */
export function timeFormat(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tag} ${JSON.stringify(options)}`
  const found = formats.get(key) ?? new Intl.DateTimeFormat(tag, options)
  formats.set(key, found)
  return found
}

/** Today's date (YYYY-MM-DD) in a zone. */
export const dayIn = (timezone: string, at: number | Date = Date.now()): string =>
  timeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
