/** The flow board of the chosen branch: a snapshot, then every change of the stream. */
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowReactive, toRaw } from 'vue'

import { api, done } from '@/api/client'
import { Problem } from '@/api/problem'
import type { InGateway } from '@/api/shapes'
import { dayIn, now } from './clock'
import { kept } from './store'
import { type Change, follow, type Following } from './stream'

export type Card = InGateway['CardView'] & { label?: string }
export type Consultant = InGateway['ConsultantView']
export type Read = InGateway['BoardReadView']
export type Alert = InGateway['BoardAlertView']
export type Freshness = 'loading' | 'live' | 'catching' | 'stale'

/** Hears a change, and what was shown before it. */
type Ear = (change: Change, before: unknown) => void

const STALE_MS = 8_000
const AGAIN_MS = 3_000
const KEEP_MS = 2_000
const FRESH_MS = 6_000

type Shown = Omit<InGateway['BoardView'], 'cards' | 'consultants' | 'unrecognised' | 'alerts'> & {
  cards: Card[]
  consultants: Consultant[]
  unrecognised?: Read[]
  alerts?: Alert[]
}

export const useBoard = defineStore('board', () => {
  const branch = ref('')
  const day = ref('')
  const timezone = ref('Asia/Shanghai')
  const cards = shallowReactive(new Map<string, Card>())
  const consultants = shallowReactive(new Map<string, Consultant>())
  const unrecognised = shallowReactive(new Map<string, Read>())
  const alerts = shallowReactive(new Map<string, Alert>())
  /** Cards that came to their tab a moment ago, each with the timer that ends it. */
  const fresh = shallowReactive(new Map<string, number>())
  const line = reactive({ open: false, loaded: false, heard: 0 })

  let following: Following | null = null
  let again = 0
  let keeping = 0
  let wall = false
  let token = () => ''
  const ears = new Set<Ear>()

  const freshness = computed<Freshness>(() => {
    if (line.open) return 'live'
    if (!line.loaded) return 'loading'
    return now.value - line.heard > STALE_MS ? 'stale' : 'catching'
  })
  /** Since when what is shown may be old; of a live board this moment. */
  const heard = computed(() => (line.open ? now.value : line.heard))

  function show(shown: Shown): void {
    branch.value = shown.branch
    day.value = shown.day
    timezone.value = shown.timezone
    for (const [map, items] of [
      [cards, shown.cards], [consultants, shown.consultants], [unrecognised, shown.unrecognised], [alerts, shown.alerts],
    ] as [Map<string, { id: string }>, { id: string }[] | undefined][]) {
      map.clear()
      for (const item of items ?? []) map.set(item.id, item)
    }
    fresh.clear()
  }

  function freshen(id: string): void {
    clearTimeout(fresh.get(id))
    fresh.set(id, window.setTimeout(() => fresh.delete(id), FRESH_MS))
  }

  function keepSoon(): void {
    if (keeping || wall) return
    keeping = window.setTimeout(() => {
      keeping = 0
      const board = {
        branch: branch.value, day: day.value, timezone: timezone.value, sequence: 0,
        cards: [...cards.values()].map(toRaw), consultants: [...consultants.values()].map(toRaw),
        unrecognised: [...unrecognised.values()].map(toRaw), alerts: [],
      }
      void kept().then((database) => database.put('boards', { at: line.heard, board }, branch.value)).catch(() => {})
    }, KEEP_MS)
  }

  function take(change: Change): void {
    line.heard = Date.now()
    const map = { card: cards, consultant: consultants, unrecognised, alert: alerts }[change.kind] as Map<string, unknown> | undefined
    if (map === undefined) return
    const here = change.value !== null && (change.day === null || change.day === day.value)
    if (here) {
      const before = map.get(change.id)
      const card = change.value as Card
      if (change.kind === 'card' && (before as Card | undefined)?.tab !== card.tab) freshen(change.id)
      map.set(change.id, change.value)
      for (const ear of ears) ear(change, before)
    } else {
      map.delete(change.id)
      fresh.delete(change.id)
    }
    keepSoon()
  }

  function close(): void {
    following?.stop()
    following = null
    clearTimeout(again)
    line.open = false
  }

  async function load(): Promise<void> {
    close()
    const asked = branch.value
    const query = { params: { query: { branch: asked } } }
    try {
      const found = wall
        ? ((await done(api.GET('/api/gateway/board/screen', query))) as unknown as Shown)
        : await done(api.GET('/api/gateway/board', query))
      if (asked !== branch.value) return
      show(found)
      line.loaded = true
      line.heard = Date.now()
      keepSoon()
      const url = `/api/gateway/board/stream?branch=${encodeURIComponent(asked)}${wall ? '&view=screen' : ''}`
      following = follow(url, found.sequence, token, {
        ready: () => { line.open = true; line.heard = Date.now() },
        change: take,
        reset: () => void load(),
        away: () => {
          if (line.open) line.heard = Date.now()
          line.open = false
        },
        denied: () => { again = window.setTimeout(() => void load(), AGAIN_MS) },
      })
      line.open = true
    } catch (error) {
      if (error instanceof Problem && !error.passing) throw error
      if (!line.loaded) await showKept(asked)
      again = window.setTimeout(() => void load().catch(() => {}), AGAIN_MS)
    }
  }

  async function showKept(asked: string): Promise<void> {
    const last = await kept().then((database) => database.get('boards', asked)).catch(() => undefined)
    if (last === undefined || asked !== branch.value || wall) return
    show(last.board as Shown)
    line.loaded = true
    line.heard = last.at
  }

  /** Show a branch and follow it. Throws the Problem of a branch that one may not see. */
  function open(chosen: string, options: { wall: boolean; token: () => string }): Promise<void> {
    if (chosen !== branch.value || options.wall !== wall) {
      line.loaded = false
      for (const map of [cards, consultants, unrecognised, alerts, fresh]) map.clear()
    }
    branch.value = chosen
    wall = options.wall
    token = options.token
    return load()
  }

  window.addEventListener('offline', () => {
    if (!line.open) return
    close()
    line.heard = Date.now()
    again = window.setTimeout(() => void load().catch(() => {}), AGAIN_MS)
  })
  window.addEventListener('online', () => { if (branch.value && !line.open) void load().catch(() => {}) })

  /** Hear what the stream brings, when it is shown; returns what ends it. */
  function hear(ear: Ear): () => void {
    ears.add(ear)
    return () => ears.delete(ear)
  }

  /** The visit of today that a customer has here; who has one does not arrive again. */
  function visitOf(customer: string): Card | undefined {
    const arrived = (card: Card) => Date.parse(card.arrived_at ?? card.since)
    return [...cards.values()]
      .filter((card) => card.kind === 'visit' && card.customer === customer && dayIn(timezone.value, arrived(card)) === day.value)
      .sort((a, b) => arrived(b) - arrived(a))[0]
  }

  /** A new day at the branch is a new board. */
  function turn(): void {
    if (line.open && dayIn(timezone.value) !== day.value) void load().catch(() => {})
  }

  return { alerts, branch, cards, close, consultants, day, fresh, freshness, hear, heard, load, open, timezone, turn, unrecognised, visitOf }
})
