/** The moment, shared by everything that runs with it: one timer for the whole page. */
import { readonly, ref } from 'vue'

const ticking = ref(Date.now())
export const now = readonly(ticking)

setInterval(() => { ticking.value = Date.now() }, 1000)

/** Today's date (YYYY-MM-DD) in a zone. */
export const dayIn = (timezone: string, at: number | Date = Date.now()): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
