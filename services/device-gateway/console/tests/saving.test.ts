import { beforeEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { Problem } from '@/api/problem'
import { useEdit } from '@/parts/conflict'
import { useSaving } from '@/parts/saving'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))

interface Thing { name: string; version: number }
const tick = () => new Promise((resume) => setTimeout(resume))
const savedOf = ({ name, version }: Thing) => ({ values: { name }, version: `"${version}"` })
const stale = () => new Problem({ type: 'urn:qiantai:problem:stale', title: '', status: 412 })

beforeEach(() => { sessionStorage.clear() })

it('keeps the code typed for something new with the rest, until it is saved or given up', async () => {
  const first = useEdit('product.', { name: '' })
  first.code.value = 'laser-9'
  await tick()
  const again = useEdit('product.', { name: '' })
  expect([again.kept.value, again.code.value]).toEqual([true, 'laser-9'])
  again.giveUp()
  await tick()
  expect([again.code.value, sessionStorage.length]).toEqual(['', 0])
})

it('meets who was quicker and is sent again where nothing is to be chosen', async () => {
  const edit = useEdit('product.a', { name: '' })
  edit.know(savedOf({ name: '旧', version: 1 }))
  edit.mine.name = '新'
  const sent: string[] = []
  const after = vi.fn()
  const saving = effectScope().run(() => useSaving(edit, {
    send: () => {
      sent.push(edit.version())
      return sent.length === 1 ? Promise.reject(stale()) : Promise.resolve({ name: edit.mine.name, version: 3 })
    },
    newest: () => Promise.resolve({ name: '旧', version: 2 }),
    savedOf,
    after,
  }))
  await saving?.save()
  expect(sent).toEqual(['"1"', '"2"'])
  expect(after).toHaveBeenCalledWith({ name: '新', version: 3 })
  expect([edit.changed.value, edit.version(), saving?.problem.value]).toEqual([false, '"3"', null])
})
