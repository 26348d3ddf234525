
      export interface PossibleTypesResultData {
        possibleTypes: {
          [key: string]: string[]
        }
      }
      const result: PossibleTypesResultData = {
  "possibleTypes": {
    "AcceptInvitationResult": [
      "AcceptInvitationSuccess",
      "NotFoundError"
    ],
    "AuditDetail": [
      "ApiTokenAuditDetail",
      "AutomationAuditDetail",
      "InstanceAuditDetail",
      "KeyAuditDetail",
      "MemberAuditDetail",
      "RunAuditDetail",
      "SecretPolicyAuditDetail",
      "SecretUseAuditDetail",
      "SignInAuditDetail"
    ],
    "CancelRunResult": [
      "CancelRunSuccess",
      "NotFoundError"
    ],
    "CreateApiTokenResult": [
      "CreateApiTokenSuccess",
      "InvalidFieldError",
      "InvalidNameError",
      "LimitReachedError"
    ],
    "CreateAutomationResult": [
      "CreateAutomationSuccess",
      "InvalidFieldError",
      "InvalidNameError",
      "InvalidTemplateError",
      "LimitReachedError",
      "NotFoundError",
      "SecretNotAllowedError",
      "UnknownStepTypeError"
    ],
    "CreateSecretResult": [
      "CreateSecretSuccess",
      "InvalidNameError",
      "InvalidValueError",
      "LimitReachedError",
      "NameTakenError",
      "NotFoundError",
      "SealedValueRejectedError",
      "ValueTooLargeError"
    ],
    "CreateWorkspaceResult": [
      "CreateWorkspaceSuccess",
      "InvalidNameError",
      "LimitReachedError",
      "NameTakenError",
      "NotFoundError"
    ],
    "DeleteAutomationResult": [
      "DeleteAutomationSuccess",
      "NotFoundError"
    ],
    "DeleteSecretResult": [
      "DeleteSecretSuccess",
      "InvalidNameError",
      "NotFoundError"
    ],
    "Error": [
      "ConflictError",
      "InvalidFieldError",
      "InvalidNameError",
      "InvalidTemplateError",
      "InvalidValueError",
      "LastAdminError",
      "LimitReachedError",
      "NameTakenError",
      "NotFoundError",
      "PolicyWidensError",
      "SealedValueRejectedError",
      "SecretNotAllowedError",
      "UnknownStepTypeError",
      "ValueTooLargeError"
    ],
    "InviteMemberResult": [
      "InvalidNameError",
      "InviteMemberSuccess",
      "LimitReachedError"
    ],
    "Node": [
      "ApiToken",
      "AuditEvent",
      "Automation",
      "Invitation",
      "Member",
      "Run",
      "Secret",
      "SecretPolicy",
      "StepRun",
      "Workspace"
    ],
    "RemoveMemberResult": [
      "LastAdminError",
      "NotFoundError",
      "RemoveMemberSuccess"
    ],
    "RevokeApiTokenResult": [
      "NotFoundError",
      "RevokeApiTokenSuccess"
    ],
    "RevokeInvitationResult": [
      "NotFoundError",
      "RevokeInvitationSuccess"
    ],
    "RotateHookResult": [
      "NotFoundError",
      "RotateHookSuccess"
    ],
    "RunAutomationResult": [
      "ConflictError",
      "InvalidFieldError",
      "LimitReachedError",
      "NotFoundError",
      "RunAutomationSuccess"
    ],
    "SetMemberRoleResult": [
      "LastAdminError",
      "NotFoundError",
      "SetMemberRoleSuccess"
    ],
    "SetSecretPolicyResult": [
      "InvalidNameError",
      "InvalidValueError",
      "LimitReachedError",
      "NotFoundError",
      "PolicyWidensError",
      "SetSecretPolicySuccess"
    ],
    "TestStepResult": [
      "InvalidFieldError",
      "InvalidTemplateError",
      "LimitReachedError",
      "NotFoundError",
      "SecretNotAllowedError",
      "TestStepSuccess",
      "UnknownStepTypeError"
    ],
    "UpdateAutomationResult": [
      "ConflictError",
      "InvalidFieldError",
      "InvalidNameError",
      "InvalidTemplateError",
      "LimitReachedError",
      "NotFoundError",
      "SecretNotAllowedError",
      "UnknownStepTypeError",
      "UpdateAutomationSuccess"
    ],
    "UpdateSecretResult": [
      "InvalidNameError",
      "InvalidValueError",
      "LimitReachedError",
      "NotFoundError",
      "SealedValueRejectedError",
      "UpdateSecretSuccess",
      "ValueTooLargeError"
    ]
  }
};
      export default result;
    