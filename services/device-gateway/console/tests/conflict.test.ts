import { beforeEach, describe, expect, it } from 'vitest'
import { ref, shallowRef } from 'vue'

import { Problem } from '@/api/problem'
import { merge, useEdit } from '@/parts/conflict'
import { forgetDrafts } from '@/parts/draft'

const file = { name: '水光针', sessions: 1, active: true }
const tick = () => new Promise((resume) => setTimeout(resume))
const refusal = (status: number, facts: object = {}) => {
  const problem = shallowRef<Problem | null>(new Problem({ type: 'urn:qiantai:problem:stale', title: '', status, facts: facts as Record<string, unknown> }))
  return { problem, clear: () => { problem.value = null } }
}
const begun = (options = {}) => {
  const edit = useEdit('product.a', { name: '', sessions: 0, active: false }, options)
  edit.know({ values: file, version: '"1"' })
  return edit
}

beforeEach(() => { sessionStorage.clear() })

it('merges field by field', () => {
  expect(merge({ a: 1, b: 1 }, { a: 2 }, { a: 1, b: 1, c: 3 })).toEqual({ values: { a: 2, c: 3 }, both: [], theirs: ['c'] })
  expect(merge({ a: 1, b: 1, c: 1 }, { a: 2, b: 1, c: 5 }, { a: 3, b: 2, c: 5 })).toEqual({ values: { a: 2, b: 2, c: 5 }, both: ['a'], theirs: ['b'] })
})

describe('an edit of what others edit too', () => {
  it('shows what they saved beside what is typed, loses neither, and goes onto their version', async () => {
    const edit = begun()
    edit.mine.name = '我的'
    const refused = refusal(412, { by: 'zhou.min', at: '2026-11-26T02:42:00Z' })
    const again = await edit.settle(refused, () => Promise.resolve({ values: { name: '她的', sessions: 3, active: true }, version: '"2"' }))
    expect([again, refused.problem.value, edit.over()]).toEqual([false, null, { 'If-Match': '"2"' }])
    expect(edit.hand.value).toMatchObject({ by: 'zhou.min' })
    expect(edit.rows.value).toEqual([{ field: 'name', mine: '我的', theirs: '她的', whose: 'mine' }, { field: 'sessions', mine: 1, theirs: 3, whose: 'theirs' }])
    edit.choose('name', 'theirs')
    edit.choose('sessions', 'mine')
    expect(edit.mine).toEqual({ name: '她的', sessions: 1, active: true })
    edit.choose('name', 'mine')
    edit.mine.name = '我的二'
    edit.choose('name', 'theirs')
    expect(edit.rows.value[0]).toEqual({ field: 'name', mine: '我的二', theirs: '她的', whose: 'theirs' })
    edit.choose('name', 'mine')
    expect(edit.mine.name).toBe('我的二')
    edit.take({ values: { ...edit.mine }, version: '"3"' })
    expect([edit.rows.value, edit.changed.value]).toEqual([[], false])
  })

  it('meets a third one as it met the second', async () => {
    const edit = begun()
    edit.mine.name = '我的'
    await edit.settle(refusal(412), () => Promise.resolve({ values: { ...file, name: '她的' }, version: '"2"' }))
    await edit.settle(refusal(412), () => Promise.resolve({ values: { ...file, name: '他的' }, version: '"3"' }))
    expect(edit.rows.value).toEqual([{ field: 'name', mine: '我的', theirs: '他的', whose: 'mine' }])
  })

  it('is sent again at once where nothing is to be chosen', async () => {
    const edit = begun()
    edit.mine.name = '我的'
    expect(await edit.settle(refusal(412), () => Promise.resolve({ values: file, version: '"2"' }))).toBe(true)
    expect([edit.mine.name, edit.over()]).toEqual(['我的', { 'If-Match': '"2"' }])
    const part = begun({ partial: true })
    part.mine.name = '我的'
    expect(await part.settle(refusal(412), () => Promise.resolve({ values: { ...file, sessions: 5 }, version: '"2"' }))).toBe(true)
    expect(part.mine).toEqual({ name: '我的', sessions: 5, active: true })
  })

  it('shows what is there where something new has a name that is taken', async () => {
    const edit = useEdit('product.', { name: '', sessions: 1 })
    edit.mine.name = '新的'
    await edit.settle(refusal(428), () => Promise.resolve({ values: { name: '旧的', sessions: 1 }, version: '"7"' }))
    expect([edit.rows.value, edit.over()]).toEqual([[{ field: 'name', mine: '新的', theirs: '旧的', whose: 'mine' }], { 'If-Match': '"7"' }])
  })

  it('leaves other refusals, and does nothing while the newest cannot be had', async () => {
    const edit = begun()
    edit.mine.name = '我的'
    expect(await edit.settle(refusal(422), () => Promise.reject(new Error('not asked')))).toBe(false)
    const refused = refusal(412)
    expect(await edit.settle(refused, () => Promise.reject(new Error('away')))).toBe(false)
    expect([refused.problem.value?.status, edit.over(), edit.mine.name]).toEqual([412, { 'If-Match': '"1"' }, '我的'])
  })
})

describe('what is typed', () => {
  it('is there again after a reload, beside what was saved meanwhile, until it is given up', async () => {
    begun().mine.name = '我的'
    await tick()
    const edit = useEdit('product.a', { name: '', sessions: 0, active: false })
    expect([edit.kept.value, edit.mine.name, edit.version()]).toEqual([true, '我的', '"1"'])
    edit.know({ values: { ...file, name: '她的' }, version: '"2"' })
    expect(edit.rows.value).toHaveLength(1)
    edit.giveUp()
    await tick()
    expect([edit.mine.name, edit.kept.value, sessionStorage.length]).toEqual(['她的', false, 0])
  })

  it('is not kept where nothing is typed, and nobody else finds it', async () => {
    const edit = begun()
    await tick()
    expect(sessionStorage).toHaveLength(0)
    edit.mine.sessions = 2
    await tick()
    expect(sessionStorage).toHaveLength(1)
    forgetDrafts()
    expect(ref(useEdit('product.a', { name: '', sessions: 0, active: false }).mine.sessions).value).toBe(0)
  })
})
