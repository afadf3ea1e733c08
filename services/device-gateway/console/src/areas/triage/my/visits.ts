/** My visitors of today, as fresh as the board. */
import { useQuery } from '@pinia/colada'
import { computed, watch } from 'vue'

import { api, done } from '@/api/client'
import { useSession } from '@/app/session'
import { type Card, useBoard } from '@/live/board'
import type { Visit } from '../acts'

export interface Mine {
  visit: Visit
  card: Card | undefined
}

const MOST = 200

/** Those who wait come first, who waits longest before; then those in consultation, further on, and who has left. */
function rank(visit: Visit): number {
  if (visit.over) return 4
  if (visit.stage === 'void') return 3
  if (visit.may.includes('start')) return 1
  return visit.finished_at === null ? 0 : 2
}

export function useMyVisits() {
  const session = useSession()
  const board = useBoard()
  const query = useQuery({
    key: () => ['my-visits', session.branchCode],
    query: async () => (await done(api.GET('/api/triage/visits', { params: { query: { branch: session.branchCode, mine: true, limit: MOST } } }))).items,
    enabled: () => session.branchCode !== '',
  })
  const rows = computed<Mine[]>(() => (query.data.value ?? [])
    .map((visit) => ({ visit, card: board.cards.get(visit.id) }))
    .sort((a, b) => rank(a.visit) - rank(b.visit) || a.visit.arrived_at.localeCompare(b.visit.arrived_at)))

  // a card that comes to me, goes from me, or changes while it is mine
  const moves = computed(() => {
    const known = new Set((query.data.value ?? []).map((one) => one.id))
    return [...board.cards.values()]
      .filter((card) => card.kind === 'visit' && (known.has(card.id) || card.to?.id === session.staff || card.to?.kind === 'department'))
      .map((card) => `${card.id} ${card.state} ${card.since} ${card.to?.id ?? ''}`).sort().join()
  })
  watch(moves, () => void query.refetch())

  return { error: query.error, loaded: computed(() => query.data.value !== undefined), rows }
}
