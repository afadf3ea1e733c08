/** The day's rotation table and its alerts, asked for again when the board hears of a change. */
import { useQuery } from '@pinia/colada'
import { computed, onScopeDispose, watch } from 'vue'

import { api, done } from '@/api/client'
import { Problem } from '@/api/problem'
import type { InTriage } from '@/api/shapes'
import { type Card, useBoard } from '@/live/board'
import { now } from '@/live/clock'
import { useSession } from '@/app/session'

export type Rotation = InTriage['RotationView']
export type Lane = InTriage['LaneTableView']
export type OnDuty = InTriage['OnDutyView']
export type Alert = InTriage['AlertView']

const TOGETHER_MS = 250

/** Call `run` soon after something changed; several changes at once are one. */
function soonAfter(changes: () => unknown, run: () => void): void {
  let waiting = 0
  watch(changes, () => {
    clearTimeout(waiting)
    waiting = window.setTimeout(run, TOGETHER_MS)
  })
  onScopeDispose(() => clearTimeout(waiting))
}

/** null: the branch's day has not begun. */
async function table(branch: string): Promise<Rotation | null> {
  return done(api.GET('/api/triage/rotation', { params: { query: { branch } } })).catch((problem: unknown) => {
    if (problem instanceof Problem && problem.status === 404) return null
    throw problem
  })
}

export function useDay() {
  const board = useBoard()
  const session = useSession()
  const branch = () => session.branchCode
  const rotation = useQuery({ key: () => ['rotation', branch()], query: () => table(branch()) })
  soonAfter(() => [...board.consultants.values(), ...board.cards.values()], () => void rotation.refetch())
  return rotation
}

export function useAlerts() {
  const board = useBoard()
  const session = useSession()
  const alerts = useQuery({
    key: () => ['alerts', session.branchCode],
    query: async () => (await done(api.GET('/api/triage/alerts', { params: { query: { branch: session.branchCode, limit: 100 } } }))).items,
  })
  soonAfter(() => [...board.alerts.values()], () => void alerts.refetch())
  return alerts
}

/** Who waits for the supervisor, and who waits longer than the policy promises. */
export function useWaits() {
  const board = useBoard()
  const since = (card: Card) => Date.parse(card.waiting_since ?? card.since)
  const oldest = (cards: Card[]) => cards.sort((a, b) => since(a) - since(b))
  const forMe = computed(() => oldest([...board.cards.values()].filter((card) => card.state === 'supervisor')))
  const tooLong = computed(() =>
    oldest([...board.cards.values()].filter((card) => card.state === 'waiting' && card.promised_at && Date.parse(card.promised_at) <= now.value)))
  return { forMe, since, tooLong }
}
