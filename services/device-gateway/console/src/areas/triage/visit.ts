/** One visit with its stages, as fresh as its card on the board. */
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed, watch } from 'vue'

import { api, done } from '@/api/client'
import { useBoard } from '@/live/board'
import type { Visit } from './acts'

export function useVisit(id: () => string) {
  const board = useBoard()
  const cache = useQueryCache()
  const path = computed(() => ({ params: { path: { visit: id() } } }))
  const visit = useQuery({ key: () => ['visit', id()], query: () => done(api.GET('/api/triage/visits/{visit}', path.value)), enabled: () => id() !== '' })
  const stages = useQuery({ key: () => ['visit', id(), 'stages'], query: () => done(api.GET('/api/triage/visits/{visit}/stages', path.value)), enabled: () => id() !== '' })
  const card = computed(() => board.cards.get(id()))

  async function again(): Promise<void> {
    await Promise.all([visit.refetch(), stages.refetch()])
  }

  // a change of the card is a change of the visit, by whoever made it
  watch(card, (now, was) => { if (now && was) void again() })

  /** Show what an act made of it. */
  function after(changed: Visit): void {
    cache.setQueryData(['visit', changed.id], changed)
    void stages.refetch()
    void cache.invalidateQueries({ key: ['my-visits'] })
  }

  return { after, again, card, stages: stages.data, visit: visit.data, error: visit.error }
}
