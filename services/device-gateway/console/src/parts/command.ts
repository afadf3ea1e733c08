/**
 * One command of a form: busy while it goes, its problem beside the fields that it names.
 *
 * A try whose answer was lost is repeated under the same key, so that it has its effect once; what was typed stays.
 */
import { computed, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { newKey } from '@/api/client'
import { away, Problem } from '@/api/problem'

const UNSEEN_MS = 50

/** Wait until what has changed is on the screen; a page that nobody sees draws nothing and does not wait long. */
const shown = () => new Promise<void>((done) => {
  const unseen = setTimeout(done, UNSEEN_MS)
  requestAnimationFrame(() => setTimeout(() => { clearTimeout(unseen); done() }))
})

export function useCommand<T>(run: (key: string) => Promise<T>) {
  const { t } = useI18n()
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let key = newKey()
  let last = ''

  const fields = computed(() => problem.value?.fields ?? {})
  /** What to say of the problem as a whole. */
  const said = computed(() => {
    const one = problem.value
    if (one === null) return ''
    if (one.kind === 'away' || one.kind === 'strange') return t('app.problem.away')
    return [one.message, one.detail].filter(Boolean).join(' ')
  })

  /** Send; `about` is what is sent: the key is kept as long as it is the same. Returns what came, undefined with a problem. */
  async function go(about: unknown = ''): Promise<T | undefined> {
    if (busy.value) return undefined
    const now = JSON.stringify(about)
    if (now !== last) key = newKey()
    last = now
    busy.value = true
    await shown() // what a key does is seen at once, the request goes behind it
    try {
      const value = await run(key)
      problem.value = null
      key = newKey()
      return value
    } catch (error) {
      problem.value = error instanceof Problem ? error : away()
      if (!(error instanceof Problem)) console.error(error)
      if (!problem.value.passing) key = newKey()
      return undefined
    } finally {
      busy.value = false
    }
  }

  function clear(): void {
    problem.value = null
  }

  return { busy, clear, fields, go, problem, said }
}
