/**
 * An edit of what others edit too: what is typed stands over what was loaded, and when somebody else has saved meanwhile,
 * what both of them said is shown field by field, chosen, and sent with the new version.
 */
import { computed, type ComputedRef, ref, type Ref, shallowRef, toRef } from 'vue'

import type { Problem } from '@/api/problem'
import { useDraft } from './draft'

/** Absent and undefined are the same; null is a value. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const copy = <V>(value: V): V => (value === undefined ? value : JSON.parse(JSON.stringify(value)) as V)

type Fields = Record<string, unknown>

const namesIn = (...all: object[]): string[] => [...new Set(all.flatMap((one) => Object.keys(one)))]
const alike = (a: object, b: object): boolean => namesIn(a, b).every((name) => same((a as Fields)[name], (b as Fields)[name]))

function put(into: Fields, field: string, value: unknown): void {
  if (value === undefined) Reflect.deleteProperty(into, field)
  else into[field] = copy(value)
}

export interface Merged {
  values: Fields
  /** Fields that both have changed, each in their own way. */
  both: string[]
  /** Fields that only the other one has changed. */
  theirs: string[]
}

/** Bring together what was typed over `base` with what somebody else saved over it meanwhile. */
export function merge(base: object, mine: object, saved: object): Merged {
  const [before, my, their] = [base, mine, saved] as [Fields, Fields, Fields]
  const changed = namesIn(before, my, their).filter((name) => !same(before[name], their[name]) && !same(my[name], their[name]))
  const theirs = changed.filter((name) => same(before[name], my[name]))
  const values = copy(my)
  for (const name of theirs) put(values, name, their[name])
  return { values, both: changed.filter((name) => !theirs.includes(name)), theirs }
}

/** Who saved it and when, where the service says so. */
export interface Hand {
  by?: string | null | undefined
  at?: string | null | undefined
}

export type Whose = 'mine' | 'theirs'

export interface Row {
  field: string
  mine: unknown
  theirs: unknown
  /** Whose holds as it is now. */
  whose: Whose | null
}

/** What `Conflict.vue` shows. */
export interface Clash {
  rows: Ref<Row[]> | ComputedRef<Row[]>
  hand: Ref<Hand> | ComputedRef<Hand>
  choose: (field: string, whose: Whose) => void
}

/** What a service has: the fields of the form, the version as `If-Match` takes it. */
export interface Saved<T> {
  values: T
  version: string
  hand?: Hand
}

interface Typed<T> {
  mine: T
  base: T | null
  version: string
  /** Of something new: the code that it is to have. */
  code: string
}

const QUICKER = [412, 428]

/**
 * The fields of an edit, kept under a name until they are saved or given up.
 *
 * `partial`: only what is changed is sent, so what only the other one has changed needs no answer.
 */
export function useEdit<T extends object>(name: string, fresh: T, { partial = false } = {}) {
  const untouched = (one: Typed<T>) => one.code === '' && alike(one.mine, one.base ?? fresh)
  const { found, said } = useDraft<Typed<T>>(`edit.${name}`, { mine: fresh, base: null, version: '', code: '' }, untouched)
  const mine = said.mine as Fields
  const kept = ref(found && !untouched(said))
  const saved = shallowRef<Fields>({})
  const typed = shallowRef<Fields>({})
  const asked = ref<string[]>([])
  const hand = shallowRef<Hand>({})

  const changed = computed(() => !untouched(said))
  const rows = computed<Row[]>(() => asked.value.map((field) => {
    const taken = same(mine[field], saved.value[field])
    return { field, mine: taken ? typed.value[field] : mine[field], theirs: saved.value[field], whose: taken ? 'theirs' : 'mine' }
  }))

  function fill(values: object): void {
    for (const field of namesIn(mine, values)) put(mine, field, (values as Fields)[field])
  }

  /** It is saved, or given up: the form is what the service has. */
  function take({ values, version }: Saved<T>): void {
    fill(values)
    said.base = copy(values)
    said.version = version
    said.code = ''
    asked.value = []
    kept.value = false
  }

  /** Put what is typed onto what somebody else has saved. */
  function meet({ values, version, hand: who }: Saved<T>): void {
    const { values: together, both, theirs } = merge(said.base ?? {}, mine, values)
    typed.value = copy(mine)
    saved.value = copy(values) as Fields
    asked.value = partial ? both : namesIn(mine, values).filter((field) => both.includes(field) || theirs.includes(field))
    hand.value = who ?? {}
    fill(together)
    said.base = copy(values)
    said.version = version
  }

  /** What the service has came, or came anew: into a form in which nothing is typed, or beside what is. */
  function know(one: Saved<T>): void {
    if (!changed.value) take(one)
    else if (one.version !== said.version) meet(one)
  }

  function choose(field: string, whose: Whose): void {
    if (whose === 'theirs') {
      if (!same(mine[field], saved.value[field])) typed.value = { ...typed.value, [field]: copy(mine[field]) }
      put(mine, field, saved.value[field])
    } else put(mine, field, typed.value[field])
  }

  /** Give up what is typed: for what is saved, or for an empty form. */
  function giveUp(): void {
    take({ values: said.base ?? fresh, version: said.version })
  }

  /** After a refusal: if somebody was quicker, meet what they saved. Returns whether it can be sent again as it is. */
  async function settle(command: { problem: Ref<Problem | null>; clear: () => void }, newest: () => Promise<Saved<T> | undefined>): Promise<boolean> {
    const problem = command.problem.value
    if (problem === null || !QUICKER.includes(problem.status)) return false
    const now = await newest().catch(() => undefined)
    if (now === undefined) return false
    if (now.version !== said.version) meet(now)
    hand.value = { ...hand.value, ...now.hand, ...(problem.facts as Hand) }
    command.clear()
    return asked.value.length === 0
  }

  return {
    changed, choose, giveUp, hand, kept, know, rows, settle, take,
    /** Of something new: the code typed for it. */
    code: toRef(said, 'code'),
    /** What is typed. */
    mine: said.mine,
    /** What it goes onto; null for something new. */
    base: () => said.base,
    /** The header of the version that it goes onto; none for something new. */
    over: () => (said.version ? { 'If-Match': said.version } : {}),
    version: () => said.version,
  }
}

export type Edit<T extends object> = ReturnType<typeof useEdit<T>>
