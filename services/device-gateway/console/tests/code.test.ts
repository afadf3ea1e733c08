import { mount } from '@vue/test-utils'
import { defineComponent } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'

import { useCodes } from '@/parts/code'
import { i18n, speak } from '@/words'

function codes(): ReturnType<typeof useCodes> {
  let found: ReturnType<typeof useCodes> | undefined
  mount(defineComponent({ setup: () => { found = useCodes(); return () => null } }), { global: { plugins: [i18n] } })
  return found as ReturnType<typeof useCodes>
}

describe('the words of codes', () => {
  beforeEach(() => speak('zh'))

  it('are those of the services, in the language that is spoken', async () => {
    const { code } = codes()
    expect(code('stage', 'in_consultation')).toBe('咨询中')
    expect(code('visit_act', 'stand-in')).toBe('指定替代')
    expect(code('step', 'triage.visit.voided')).toBe('分诊作废')
    await speak('en')
    expect(code('stage', 'in_consultation')).toBe('In consultation')
  })

  it('are the bare code where a newer service has one more', () => {
    const { code } = codes()
    expect(code('stage', 'recovery')).toBe('recovery')
    expect(code('stage', null)).toBe('')
  })

  it('come in the order in which people see them', () => {
    expect(codes().codesOf('class')).toEqual(['first_visit', 'return_visit', 'recheck', 'repurchase', 'other'])
  })
})
