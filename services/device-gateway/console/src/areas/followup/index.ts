/** Follow-up: calls to make today, plans to approve and to review, and the templates that make plans. */
import { PhoneFilled } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const followup: Area = {
  name: 'followup',
  icon: PhoneFilled,
  shown: (may) => may('plan.execute') || may('plan.approve'),
  // people at the desk, with visitors and at the till have other things first
  start: (may) => (may('plan.execute') ? (may('visit.start') || may('visit.register') ? 0 : 45) : 0),
  routes: [
    { path: '/followup', name: 'followup', component: () => import('./ListPage.vue') },
    { path: '/followup/plans', name: 'plans', component: () => import('./PlansPage.vue') },
    { path: '/followup/templates', name: 'templates', component: () => import('./TemplatesPage.vue') },
  ],
  panels: {
    plan: () => import('./PlanPanel.vue'),
    'new-plan': () => import('./NewPlanPanel.vue'),
    template: () => import('./TemplatePanel.vue'),
  },
}

export default followup
