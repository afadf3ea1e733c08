/**
 * A form that is saved as one types.
 *
 * What is typed is kept in this browser at once and sent after a pause; while the network or the sign-in is away it waits,
 * also when the page is closed. What somebody else has saved meanwhile is brought together with it, and where both wrote
 * the same field it is asked which holds.
 */
import { computed, reactive, ref, shallowRef } from 'vue'

import { newKey } from '@/api/client'
import { Problem } from '@/api/problem'
import { type Clash, merge, type Row, same } from '@/parts/conflict'
import { type Content, filledIn } from './differences'

export interface Written {
  version: number
  content: Content
  author: string | null
  written_at: string | null
}

export interface Draft {
  base: Written
  content: Content
}

/** Where a form is read from, written to, and what is typed is kept meanwhile. */
export interface Desk {
  read: () => Promise<Written>
  write: (content: Content, version: number, key: string) => Promise<Written>
  keep: (draft: Draft | null) => Promise<void>
  kept: () => Promise<Draft | undefined>
}

export type State = 'loading' | 'clean' | 'typing' | 'saving' | 'saved' | 'waiting' | 'incomplete' | 'refused' | 'conflict'

const PAUSE_MS = 1_200
const AGAIN_MS = 3_000
const NOTHING: Written = { version: 0, content: {}, author: null, written_at: null }

export function useDrafting(desk: Desk) {
  const content = reactive<Content>({})
  const base = shallowRef<Written>(NOTHING)
  const state = ref<State>('loading')
  const problem = shallowRef<Problem | null>(null)
  const other = shallowRef<Written | null>(null)
  const both = ref<string[]>([])
  const taken = ref<string[]>([])
  let timer = 0
  let key = newKey()
  let sent = ''
  let running: Promise<void> | null = null

  /** Fields that two people have written, each in their own way: to be chosen. */
  const clash: Clash = {
    rows: computed<Row[]>(() => both.value.map((field) => ({ field, mine: content[field], theirs: other.value?.content[field], whose: null }))),
    hand: computed(() => ({ by: other.value?.author, at: other.value?.written_at })),
    choose,
  }

  /** What is wrong with which field; what is only not filled in yet is no fault while one types. */
  const wrong = computed(() => Object.fromEntries(Object.entries(problem.value?.fields ?? {}).map(([path, words]) => [path.replace('content.', ''), words])))

  function fill(value: Content): void {
    for (const name of Object.keys(content)) if (!(name in value)) Reflect.deleteProperty(content, name)
    Object.assign(content, value)
  }

  const typed = () => filledIn(JSON.parse(JSON.stringify(content)) as Content)

  function soon(ms: number): void {
    clearTimeout(timer)
    timer = window.setTimeout(() => void save(), ms)
  }

  async function open(): Promise<void> {
    const draft = await desk.kept().catch(() => undefined)
    try {
      const now = await desk.read()
      base.value = now
      fill(now.content)
      state.value = 'clean'
      if (draft === undefined || same(draft.content, now.content)) return
      if (draft.base.version === now.version) fill(draft.content)
      else bring(draft.base.content, draft.content, now)
      if (both.value.length === 0) soon(0)
    } catch (error) {
      if (draft === undefined || !(error instanceof Problem) || !error.passing) throw error
      base.value = draft.base
      fill(draft.content)
      state.value = 'waiting'
      soon(AGAIN_MS)
    }
  }

  function bring(before: Content, mine: Content, now: Written): void {
    const merged = merge(filledIn(before), mine, filledIn(now.content))
    fill(filledIn(merged.values))
    base.value = now
    other.value = now
    both.value = merged.both
    taken.value = merged.theirs
    state.value = merged.both.length ? 'conflict' : 'typing'
  }

  /** Say which holds of a field that both have written. */
  function choose(name: string, whose: 'mine' | 'theirs'): void {
    if (whose === 'theirs') content[name] = other.value?.content[name]
    both.value = both.value.filter((one) => one !== name)
    if (both.value.length === 0) touch(0)
  }

  /** Something was typed. */
  function touch(pause = PAUSE_MS): void {
    if (state.value !== 'conflict' || both.value.length === 0) state.value = 'typing'
    void desk.keep({ base: base.value, content: typed() }).catch(() => {})
    if (both.value.length === 0) soon(pause)
  }

  async function send(): Promise<void> {
    const now = typed()
    if (same(now, base.value.content)) {
      state.value = base.value.version ? 'saved' : 'clean'
      problem.value = null
      await desk.keep(null).catch(() => {})
      return
    }
    const words = JSON.stringify([base.value.version, now])
    if (words !== sent) key = newKey()
    sent = words
    state.value = 'saving'
    try {
      base.value = await desk.write(now, base.value.version, key)
      problem.value = null
      if (same(typed(), now)) {
        state.value = 'saved'
        await desk.keep(null).catch(() => {})
      } else touch()
    } catch (error) {
      await refused(error instanceof Problem ? error : null, now)
    }
  }

  async function refused(one: Problem | null, now: Content): Promise<void> {
    if (one === null || one.passing) {
      state.value = 'waiting'
      soon(AGAIN_MS)
    } else if (one.status === 412) {
      const before = base.value.content
      try {
        bring(before, now, await desk.read())
        if (both.value.length === 0) touch(0)
      } catch {
        state.value = 'waiting'
        soon(AGAIN_MS)
      }
    } else {
      problem.value = one
      state.value = one.kind === 'form-not-right' ? 'incomplete' : 'refused'
    }
  }

  /** Send what is typed now; one at a time. */
  function save(): Promise<void> {
    clearTimeout(timer)
    if (both.value.length > 0) return Promise.resolve()
    running ??= send().finally(() => { running = null })
    return running
  }

  /** Leave the form: what is not saved yet is sent now, or stays kept. */
  function close(): void {
    window.removeEventListener('online', online)
    if (state.value === 'typing' || state.value === 'waiting') void save()
  }
  const online = () => { if (state.value === 'waiting') void save() }
  window.addEventListener('online', online)

  return { base, both, choose, clash, close, content, open, other, problem, save, state, taken, touch, wrong }
}
