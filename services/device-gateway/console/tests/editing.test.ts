import { expect, test } from 'vitest'

import { bodyOf, type Values } from '@/areas/customers/editing'
import { merge } from '@/parts/conflict'

const file: Values = { name: '王小明', kind: 'full', gender: null, birthday: null, source: null, address: null, occupation: null, remark: null }

test('an edit sends what it changes, and no empty texts', () => {
  expect(bodyOf({ ...file, remark: ' 怕疼 ', address: '' }, file)).toEqual({ remark: '怕疼' })
  expect(bodyOf({ ...file, name: '王明', remark: '' }, { ...file, remark: 'x' })).toEqual({ name: '王明', remark: null })
})

test('what only one of two changed is kept; what both changed is to be chosen', () => {
  const mine = { ...file, remark: '怕疼', occupation: '教师', source: '朋友' }
  const theirs = { ...file, remark: '过敏', address: '静安', source: '朋友' }
  const { values, both } = merge(file, mine, theirs)
  expect(values).toEqual({ ...file, remark: '怕疼', occupation: '教师', address: '静安', source: '朋友' })
  expect(both).toEqual(['remark'])
  expect(bodyOf(values as Values, theirs)).toEqual({ remark: '怕疼', occupation: '教师' })
})
