/** What the one field can mean: cards of the board at once, then the files that the services know. */
import { api, done } from '@/api/client'
import type { InCustomer } from '@/api/shapes'
import type { Card } from '@/live/board'
import { panelOf } from '../panel'

export interface Found {
  id: string
  name: string
  /** The ends of a number, a slip, a file: what tells two of one name apart. */
  mark: string
  state: string | null
  panel: string
  target: string
}

const fits = (card: Card, wanted: string) =>
  [card.name, card.label, card.phone_tail, card.appointment?.number].some((part) => part?.toLowerCase().includes(wanted))

const of = (card: Card) => {
  const { name, id } = panelOf(card)
  return { panel: name, target: id }
}

export function onBoard(cards: Iterable<Card>, wanted: string): Found[] {
  const words = wanted.trim().toLowerCase()
  if (!words) return []
  return [...cards].filter((card) => fits(card, words)).slice(0, 8).map((card) => ({
    id: `card-${card.id}`, name: card.name ?? card.label ?? '', mark: card.phone_tail ?? card.appointment?.number ?? '', state: card.state, ...of(card),
  }))
}

/** Ask for files; a customer who is on the board already comes from there alone. */
export async function inFiles(branch: string, wanted: string, known: Set<string>, signal?: AbortSignal): Promise<Found[]> {
  const found = await done(api.POST('/api/customers/find', { body: { branch, q: wanted }, ...(signal ? { signal } : {}) }))
  return found.items.filter((one: InCustomer['CustomerView']) => !known.has(one.id)).slice(0, 12).map((one) => ({
    id: `file-${one.id}`, name: one.name, mark: `${one.phones[0]?.number ?? ''} ${one.number}`.trim(), state: null, panel: 'arrival', target: one.id,
  }))
}
