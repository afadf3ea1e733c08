/** What is being paid: several ways at once, what is left, and the cash to give back. */
import { computed } from 'vue'

import type { InBilling } from '@/api/shapes'
import { useDraft } from '@/parts/draft'

export type Kind = InBilling['TenderBody']['kind']

export interface Tender {
  kind: Kind
  amount: number | null
  /** Cash handed over; null is exactly the amount. */
  received: number | null
  reference: string
  shared: boolean
}

export const CASH: Kind = 'cash'

/** For one slip; what is typed stays as a draft until it is paid. */
export function useTenders(slip: string, due: () => number) {
  const first = (amount: number, kind: Kind = CASH): Tender => ({ kind, amount, received: null, reference: '', shared: false })
  let before = due()
  const proposed = (all: Tender[]) => JSON.stringify(all) === JSON.stringify([first(before)])
  const { tenders } = useDraft('pay.' + slip, { tenders: [first(before)] }, (said) => proposed(said.tenders)).said

  const given = computed(() => tenders.reduce((sum, one) => sum + (one.amount ?? 0), 0))
  const rest = computed(() => due() - given.value)
  const change = computed(() => tenders.reduce((sum, one) => sum + (one.kind === CASH && one.received !== null && one.amount !== null ? Math.max(one.received - one.amount, 0) : 0), 0))

  /** Pay in one more way: what is left is proposed for it. */
  function add(kind: Kind = 'card'): void {
    tenders.push(first(Math.max(rest.value, 0), kind))
  }

  function drop(place: number): void {
    tenders.splice(place, 1)
    if (tenders.length === 1 && tenders[0]) tenders[0].amount = due()
  }

  /** What is due has changed: what was only proposed follows, what somebody typed stays. */
  function follow(): void {
    const [only] = tenders
    if (only && tenders.length === 1 && only.amount === before) only.amount = due()
    before = due()
  }

  function again(): void {
    before = due()
    tenders.splice(0, tenders.length, first(before))
  }

  const body = (): InBilling['PaymentBody'] => ({
    tenders: tenders.map((one) => ({
      kind: one.kind,
      amount: one.amount ?? 0,
      reference: one.kind === CASH ? null : one.reference.trim() || null,
      received: one.kind === CASH ? one.received : null,
      shared: one.kind !== CASH && one.shared,
    })),
  })

  return { add, again, body, change, drop, follow, given, rest, tenders }
}
