import { expect, test } from 'vitest'

import { bodyOf, type Values } from '@/areas/customers/editing'
import { merge } from '@/parts/conflict'

const file: Values = { name: '王小明', kind: 'full', gender: null, birthday: null, source: null, address: null, occupation: null, remark: null, referrer: null, phones: [] }

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

test('phones go whole when one of them is changed, without rows that are left empty', () => {
  const phone = { number: '+8613800138000', note: null, primary: true }
  const loaded = { ...file, phones: [phone] }
  expect(bodyOf({ ...loaded, phones: [phone, { number: ' ', note: null, primary: false }] }, loaded)).toEqual({})
  expect(bodyOf({ ...loaded, phones: [{ ...phone, note: ' 本人 ' }] }, loaded)).toEqual({ phones: [{ ...phone, note: '本人' }] })
  expect(bodyOf({ ...loaded, phones: [] }, loaded)).toEqual({ phones: [] })
})
