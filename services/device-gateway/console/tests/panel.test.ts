import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import Panel from '@/app/Panel.vue'
import { useSession } from '@/app/session'
import { useToasts } from '@/app/toasts'

vi.mock('element-plus', () => ({ ElButton: 'button' }))
vi.mock('element-plus/es/components/button/style/css', () => ({}))
vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key }) }))
vi.mock('@/words', () => ({ spoken: () => 'zh' }))
vi.mock('@/areas', () => ({ areas: [{ panels: { visit: () => Promise.resolve({ render: () => null }) } }] }))

const settled = () => new Promise((resume) => setTimeout(resume, 20))

it('closes what is beside the page when the branch is another one, and leads back', async () => {
  setActivePinia(createPinia())
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/board', component: {} }] })
  const session = useSession()
  session.choose('sh-01')
  await router.push('/board')
  await router.push('/board?beside=visit:v1')
  mount(Panel, { global: { plugins: [router] } })
  await nextTick()
  session.choose('hz-01')
  await settled()
  expect(router.currentRoute.value.query).toEqual({})
  router.back()
  await settled()
  expect(router.currentRoute.value.query).toEqual({}) // the way back does not open it in the other branch
  await useToasts().undo()
  await settled()
  expect([session.branchCode, router.currentRoute.value.query.beside]).toEqual(['sh-01', 'visit:v1'])
})
