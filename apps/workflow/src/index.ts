/**
 * The HTTP service that triggers workflows, to run inside another program.
 *
 * @module
 */
export {
  startWorkflowService,
  type StartWorkflowServiceOptions,
  type WorkflowService,
} from './start-workflow-service.ts'
