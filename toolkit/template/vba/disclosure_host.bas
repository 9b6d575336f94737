Attribute VB_Name = "disclosure_host"
Option Explicit

' All that this code asks of the machine: a message, the interpreter, a folder. Everything else works on sheets alone.

Public Sub Tell(ByVal said As String)
    If said <> "" Then MsgBox said, vbInformation, Phrase("title")
End Sub

' The key of the sentence that says why Python cannot be run from here, or "".
Public Function WhatIsMissing() As String
    #If Mac Then
        WhatIsMissing = "no_mac"
    #Else
        Dim interpreter As String

        On Error GoTo unknown
        If InStr(LCase$(Application.Path), "wps") > 0 Or InStr(LCase$(Application.Path), "kingsoft") > 0 Then
            WhatIsMissing = "no_wps"
            Exit Function
        End If
        interpreter = CStr(GetConfig("INTERPRETER_WIN", ""))
        If interpreter = "" Then
            WhatIsMissing = "no_setup"
        ElseIf Not FileExists(interpreter) Then
            WhatIsMissing = "no_interpreter"
        End If
        Exit Function
unknown:
        WhatIsMissing = "no_config"
    #End If
End Function

' A folder that a person chooses, or "".
Public Function AskForFolder(ByVal begin As String) As String
    Dim dialog As Object

    Set dialog = Application.FileDialog(4)
    dialog.Title = Phrase("choose_folder")
    If begin <> "" Then dialog.InitialFileName = begin & "\"
    If dialog.Show = -1 Then AskForFolder = CStr(dialog.SelectedItems(1))
End Function

Public Function FolderExists(ByVal called As String) As Boolean
    On Error GoTo no
    If called <> "" Then FolderExists = (GetAttr(called) And vbDirectory) = vbDirectory
no:
End Function

Public Sub ShowFolder(ByVal called As String)
    ThisWorkbook.FollowHyperlink called
End Sub
