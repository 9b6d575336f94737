Attribute VB_Name = "disclosure_host"
Option Explicit

' Stands in for what the real module asks of the machine: messages are kept instead of shown, and Python can be missing.

Public Said As String
Public Missing As String
Public Shown As String

Public Sub Tell(ByVal message As String)
    Said = message
End Sub

Public Function WhatIsMissing() As String
    WhatIsMissing = Missing
End Function

Public Function AskForFolder(ByVal begin As String) As String
    AskForFolder = Environ("DISCLOSURE_TEST_FOLDER")
End Function

Public Function FolderExists(ByVal called As String) As Boolean
    FolderExists = called <> "" And called = Environ("DISCLOSURE_TEST_OUT")
End Function

Public Sub ShowFolder(ByVal called As String)
    Shown = called
End Sub

Public Function GetSaid() As String
    GetSaid = Said
    Said = ""
End Function

Public Function GetShown() As String
    GetShown = Shown
End Function

Public Sub LosePython()
    Missing = "no_setup"
End Sub

' Only for the tests: all names of a sheet, or of the workbook, with what they stand for.
Public Function NamesOf(ByVal sheet As String) As String
    Dim named As Object
    Dim all As Variant
    Dim number As Long
    Dim lines As String

    If sheet = "" Then
        named = ThisComponent.NamedRanges
    Else
        named = ThisComponent.Sheets.getByName(sheet).NamedRanges
    End If
    all = named.ElementNames
    For number = LBound(all) To UBound(all)
        lines = lines & all(number) & Chr(9) & named.getByName(all(number)).Content & Chr(10)
    Next number
    NamesOf = lines
End Function
