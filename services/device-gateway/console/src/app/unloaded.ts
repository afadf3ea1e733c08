/** What is on the screen and not known yet: still asked for, or not given; nothing is called empty before it is known. */
import { useQueryCache } from '@pinia/colada'
import { computed, toValue, watch } from 'vue'

import { Problem } from '@/api/problem'
import { useBoard } from '@/live/board'

const AGAIN_MS = 10_000

export function useUnloaded() {
  const cache = useQueryCache()
  const board = useBoard()
  const asked = computed(() => cache.getEntries({ active: true }).filter((one) => toValue(one.options?.enabled) !== false))
  const failed = computed(() => asked.value.filter(({ state: { value: { error } } }) => error instanceof Problem && error.passing))
  const unknown = computed(() => board.freshness === 'loading' || asked.value.some((one) => one.state.value.data === undefined && one.state.value.status !== 'success'))

  const again = () => Promise.allSettled(failed.value.map((one) => cache.fetch(one)))

  let later = 0
  watch(() => failed.value.length > 0, (some) => {
    clearInterval(later)
    if (some) later = window.setInterval(() => void again(), AGAIN_MS)
  })
  return { again, failed, unknown }
}
